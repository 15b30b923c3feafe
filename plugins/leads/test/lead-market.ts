import { dayOf, daysAfter, type Id } from '@portico/kit';
import type { Ctx, FoldedItem } from '@portico/kit/server';
import { aCustomer, aMember, type TestCustomer, type TestMember } from '@portico/plugin-accounts/testing';
import type { TestBusiness } from '@portico/testing';
import { ingestLead } from '../lead/ingest-lead.ts';
import { PostLead, type NewLead } from '../lead/new-lead.ts';
import { createOrder } from '../order/create-order.ts';
import { CreateOrder } from '../order/order-input.ts';
import { createLeadSource } from '../source/save-lead-source.ts';
import { actingAs } from '../testing.ts';
import { createLeadType } from '../type/save-lead-type.ts';

/** A business that sells leads of the type `roofing`. */
export interface LeadMarket {
  readonly business: TestBusiness;
  readonly owner: Ctx;
  readonly typeId: Id;
  readonly sourceId: Id;
  account(name: string): Promise<TestCustomer>;
  member(account: TestCustomer, name: string, options?: { parent?: TestMember; viewDownline?: boolean }): Promise<TestMember>;
  /** An order of `leads` leads at 25.00, open since a month ago unless told otherwise. */
  order(
    account: TestCustomer,
    options?: {
      leads?: number;
      budget?: number;
      places?: string[];
      daysAgo?: number;
      endsIn?: number;
      typeId?: Id;
      price?: number;
      renewal?: boolean;
      autoCharge?: boolean;
    },
  ): Promise<Id>;
  /** Posts as the source does, in one transaction with the others. */
  post(...leads: Partial<PostLead>[]): Promise<unknown[]>;
  /** A number that nobody has posted yet. */
  phone(): string;
  today(): string;
}

let phones = 2_000_000;

/** Sets a business up to sell leads. */
export async function openLeadMarket(business: TestBusiness): Promise<LeadMarket> {
  const owner = await actingAs(business, { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });
  const typeId = await createLeadType(owner, { key: 'roofing', name: 'Roofing', lookBackDays: 30 });
  const sourceId = await createLeadSource(owner, { name: 'Website' });
  const today = () => dayOf(owner.clock.now(), business.tenant.zone);
  const phone = () => `+1503${String((phones += 1))}`;
  return {
    business,
    owner,
    typeId,
    sourceId,
    today,
    phone,
    account: (name) => aCustomer(business, name),
    member: (account, name, options) => aMember(business, account, { name, ...options }),
    order: (account, options = {}) => createOrder(owner, orderInput(account, today(), options.typeId ?? typeId, options)),
    async post(...leads) {
      const source = await business.sourceCtx(sourceId, 'leads');
      return ingestTogether(
        source,
        leads.map((lead) => ({ type: 'roofing', name: 'Maren Oduya', phone: phone(), ...lead })),
      );
    },
  };
}

/** Prepares each call for itself and runs them in one transaction, as the fold of one process does. */
export async function ingestTogether(source: Ctx, bodies: readonly object[]): Promise<unknown[]> {
  const items: FoldedItem<NewLead>[] = [];
  for (const body of bodies)
    items.push({ actor: source.actor, input: await ingestLead.prepare(source, { params: {}, query: {}, body: PostLead.parse(body) }) });
  return [...(await source.inTenant((tx) => ingestLead.together(tx, items)))];
}

type OrderOptions = NonNullable<Parameters<LeadMarket['order']>[1]>;
function orderInput(
  account: TestCustomer,
  today: string,
  typeId: Id,
  { leads = 100, budget, places = [], daysAgo = 30, endsIn, price = 2_500, renewal = false, autoCharge = false }: OrderOptions,
): CreateOrder {
  const currency = 'USD';
  return CreateOrder.parse({
    accountId: account.accountId,
    billGroupId: account.billGroupId,
    typeId,
    price: { amount: price, currency },
    startsOn: daysAfter(today, -daysAgo),
    endsOn: endsIn === undefined ? null : daysAfter(today, endsIn),
    places,
    renewal,
    autoCharge,
    ...(budget === undefined ? { counts: 'leads', leads } : { counts: 'money', budget: { amount: budget, currency } }),
  });
}
