import { isDeepStrictEqual } from 'node:util';
import { dayOf, daysAfter, InvalidInput, startOfDay, type FieldProblem, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { LeadOrder } from './lead-order.model.ts';
import { lockOrderBook } from './order-book.ts';
import { OrderFormUsed } from './order-errors.ts';
import type { CreateOrder } from './order-input.ts';

/**
 * Staff sell leads to a customer. The order is open at once and takes leads from its first day on. Answers its id, which is
 * the one that the form was made with: the same order sent again is answered as the first time, another one under that id
 * throws OrderFormUsed.
 */
export async function createOrder(ctx: Ctx, input: CreateOrder, id: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'LeadOrder');
  demandSensible(ctx, input);
  return ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const earlier = await tx.query(LeadOrder).findById(id);
    if (earlier) return demandSame(earlier, input);
    await demandKnown(tx, input);
    await tx.query(LeadOrder).insert({
      id,
      number: await tx.nextNumber('leads.order'),
      account_id: input.accountId,
      bill_group_id: input.billGroupId,
      lead_type_id: input.typeId,
      counts: input.counts,
      total: totalOf(input),
      price_minor: input.price.amount,
      currency: ctx.tenant.currency,
      ...daysOf(ctx, input.startsOn, input.endsOn ?? null),
      places: input.places,
      accepts_returns: input.acceptsReturns,
      renewal: input.renewal,
      auto_charge: input.autoCharge,
      created_at: ctx.clock.now(),
    });
    await tx.audit('leads.order-created', null, { orderId: id, accountId: input.accountId });
    if (input.renewal) await tx.nudge(orderRenewal);
    return id;
  });
}

const totalOf = (input: CreateOrder): number => (input.counts === 'leads' ? input.leads : input.budget.amount);

/** Every term of the form: who sends it again after a correction must not be told that the order of before is the corrected one. */
function demandSame(earlier: LeadOrder, input: CreateOrder): Id {
  const was = {
    buyer: [earlier.account_id, earlier.bill_group_id],
    sold: [earlier.lead_type_id, earlier.counts, earlier.total, earlier.price_minor, earlier.currency],
    days: [earlier.starts_on, earlier.ends_on],
    places: earlier.places.toSorted(),
    acceptsReturns: earlier.accepts_returns,
    renews: [earlier.renewal, earlier.auto_charge],
  };
  const is: typeof was = {
    buyer: [input.accountId, input.billGroupId],
    sold: [input.typeId, input.counts, totalOf(input), input.price.amount, input.price.currency],
    days: [input.startsOn, input.endsOn ?? null],
    places: input.places.toSorted(),
    acceptsReturns: input.acceptsReturns,
    renews: [input.renewal, input.autoCharge],
  };
  if (!isDeepStrictEqual(was, is)) throw new OrderFormUsed({ order: earlier.number });
  return earlier.id;
}

/** The two days of an order, also as instants of the business's zone: routing compares instants. The last day counts whole. */
export const daysOf = (ctx: Ctx, startsOn: string, endsOn: string | null) => ({
  starts_on: startsOn,
  ends_on: endsOn,
  starts_at: startOfDay(startsOn, ctx.tenant.zone),
  ends_at: endsOn === null ? null : startOfDay(daysAfter(endsOn, 1), ctx.tenant.zone),
});

// An order that is over is closed for ever, and who means that closes it: a day of the past is a slip.
export function lastDayProblem(ctx: Ctx, startsOn: string, endsOn: string | null): FieldProblem | undefined {
  if (endsOn === null) return undefined;
  if (endsOn < startsOn) return { key: 'leads.problem.ends-before-start' };
  return endsOn < dayOf(ctx.clock.now(), ctx.tenant.zone) ? { key: 'leads.problem.ends-before-today' } : undefined;
}

function demandSensible(ctx: Ctx, input: CreateOrder): void {
  const problems: Record<string, FieldProblem> = {};
  const { currency } = ctx.tenant;
  if (input.price.currency !== currency) problems['price.currency'] = { key: 'leads.problem.currency', values: { currency } };
  const lastDay = lastDayProblem(ctx, input.startsOn, input.endsOn ?? null);
  if (lastDay) problems.endsOn = lastDay;
  if (input.autoCharge && !input.renewal) problems.autoCharge = { key: 'leads.problem.auto-charge-alone' };
  if (input.counts === 'money') {
    if (input.budget.currency !== currency) problems['budget.currency'] = { key: 'leads.problem.currency', values: { currency } };
    if (input.price.amount === 0) problems.price = { key: 'leads.problem.price-needed' };
    else if (input.budget.amount < input.price.amount) problems.budget = { key: 'leads.problem.budget-too-small' };
  }
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
}

async function demandKnown(tx: Tx, input: CreateOrder): Promise<void> {
  const tenant = tx.ctx.tenant.id;
  const known = await tx.row<{ account: boolean; group: boolean; type: boolean }>(sql`select
    exists (select from accounts.account_v1 a where a.tenant_id = ${tenant} and a.id = ${input.accountId}) as account,
    exists (select from accounts.bill_group_v1 g where g.tenant_id = ${tenant} and g.id = ${input.billGroupId} and g.account_id = ${input.accountId}) as "group",
    exists (select from leads.lead_types t where t.tenant_id = ${tenant} and t.id = ${input.typeId} and t.archived_at is null) as type`);
  const problems: Record<string, FieldProblem> = {
    ...(known?.account ? {} : { accountId: { key: 'leads.problem.account' } }),
    ...(known?.group ? {} : { billGroupId: { key: 'leads.problem.bill-group' } }),
    ...(known?.type ? {} : { typeId: { key: 'leads.problem.type-unknown' } }),
  };
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
}
