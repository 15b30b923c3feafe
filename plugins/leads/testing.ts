/** For tests of plugins: leads that were delivered, or that nobody wanted. Product code never imports it. */
import { dayOf, daysAfter, type Id, type Instant } from '@portico/kit';
import { type Actor, type Ctx, sql, type Tx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import type { TestBusiness } from '@portico/testing';
import { prepareLead } from './lead/new-lead.ts';
import { leadRow, writeLeads } from './lead/write-leads.ts';
import { createOrder } from './order/create-order.ts';
import { CreateOrder } from './order/order-input.ts';
import { createLeadType } from './type/save-lead-type.ts';

/** What a test says of the leads that it wants; only `count` is needed. */
export interface DeliveredLeads {
  readonly count: number;
  /** When they were delivered; now unless told otherwise. */
  readonly at?: Instant;
  /** Whose they are: a member of the customer. Nobody's unless told otherwise. */
  readonly assigneeId?: Id;
  /** A phone number that all of them have, in E.164. */
  readonly phone?: string;
  /** A lead type that is there; a new one unless told otherwise. */
  readonly typeId?: Id;
  /** Whether leads of their order may be returned; yes unless told otherwise. */
  readonly acceptsReturns?: boolean;
}

/**
 * An order of a customer that has delivered so many leads, with rows as arriving leads leave them, and no mail or event
 * about it. Each call makes another order; all leads are of Sam Whitlock in Salem, at 25.00 in the business's currency.
 */
export async function deliveredLeads(
  business: TestBusiness,
  { accountId, billGroupId }: Pick<TestCustomer, 'accountId' | 'billGroupId'>,
  { count, at, assigneeId, phone, typeId: given, acceptsReturns = true }: DeliveredLeads,
): Promise<{ readonly orderId: Id; readonly typeId: Id; readonly leadIds: readonly Id[] }> {
  const owner = await actingAs(business, { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });
  const when = at ?? owner.clock.now();
  const typeId = given ?? (await createLeadType(owner, { key: `type-${owner.newId()}`, name: 'Roofing', lookBackDays: 30 }));
  const price = { amount: 2_500, currency: business.tenant.currency };
  const startsOn = daysAfter(dayOf(when, business.tenant.zone), -30);
  const sold = { accountId, billGroupId, typeId, price, startsOn, acceptsReturns, counts: 'leads', leads: Math.max(1_000, count) };
  const orderId = await createOrder(owner, CreateOrder.parse(sold));
  const order = { id: orderId, lead_type_id: typeId, account_id: accountId, bill_group_id: billGroupId, places: [], room: count };
  const leadIds = await business.systemCtx('leads').inTenant(async (tx) => {
    const rows = Array.from({ length: count }, (_, at) => {
      const row = leadRow(tx, aLead(tx, typeId, phone), { ...order, price_minor: price.amount, currency: price.currency }, when);
      // a number stands once among those that say "seen before"
      return at === 0 ? row : { ...row, keys: [] };
    });
    await writeLeads(tx, rows);
    if (assigneeId) await tx.run(sql`update leads.leads set assignee_id = ${assigneeId} where order_id = ${orderId}`);
    return rows.map(({ id }) => id);
  });
  return { orderId, typeId, leadIds };
}

/** A lead that found no order. */
export async function anUnmatchedLead(business: TestBusiness, typeId: Id): Promise<Id> {
  return business.systemCtx('leads').inTenant(async (tx) => {
    const row = leadRow(tx, aLead(tx, typeId, undefined), undefined, tx.ctx.clock.now());
    await writeLeads(tx, [row]);
    return row.id;
  });
}

/** A context of leads in which somebody with these very roles acts, its clock known as in a request. */
export async function actingAs(business: TestBusiness, actor: Actor): Promise<Ctx> {
  const ctx = business.systemCtx('leads').child('leads', actor);
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
}

function aLead(tx: Tx, typeId: Id, phone: string | undefined) {
  const body = { type: 'roofing', name: 'Sam Whitlock', town: 'Salem', ...(phone ? { phone } : {}) };
  return { ...prepareLead(tx.ctx, { body }), typeId, typeKey: 'roofing' };
}
