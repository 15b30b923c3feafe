import { dayOf, daysAfter, startOfDay, type Id } from '@portico/kit';
import { sql, type Ctx, type DemoStory, type Tx } from '@portico/kit/server';
import { closeOrder } from '../order/close-order.ts';
import { createOrder } from '../order/create-order.ts';
import { pauseOrder } from '../order/pause-order.ts';
import { recordOrderPayment } from '../order/record-order-payment.ts';
import { between, oneOf, TRADES } from './demo-words.ts';

/** A customer as the demonstration finds it. */
export interface DemoAccount {
  readonly accountId: Id;
  readonly billGroupId: Id;
}

/** An order, how many leads it has received, and from when to when, in days before today. */
export interface DemoOrder extends DemoAccount {
  readonly orderId: Id;
  readonly typeId: Id;
  readonly typeKey: string;
  readonly price: number;
  readonly delivered: number;
  readonly from: number;
  readonly to: number;
  readonly fate: Fate;
  /** Of a plan whose paid period opened it. */
  readonly plan?: { readonly subscriptionId: Id; readonly planId: Id };
}

/** What becomes of an order. `over`: its last day is past. */
type Fate = 'open' | 'filled' | 'paused' | 'closed' | 'over' | 'budget';
const FATES: readonly Fate[] = ['open', 'filled', 'paused', 'closed', 'over', 'budget'];

/** Every account with its first bill group, in the order in which they came. */
export const demoAccounts = (tx: Tx): Promise<DemoAccount[]> =>
  tx.rows(sql`select distinct on (a.number) a.id as "accountId", g.id as "billGroupId"
    from accounts.account_v1 a join accounts.bill_group_v1 g on g.tenant_id = a.tenant_id and g.account_id = a.id
    where a.tenant_id = ${tx.ctx.tenant.id} order by a.number, g.id`);

/** Orders of every fate; the first customer, whose people sign in, has one of each, the others one or two. */
export async function tellOrders(ctx: Ctx, story: DemoStory, accounts: readonly DemoAccount[], typeIds: ReadonlyMap<string, Id>): Promise<DemoOrder[]> {
  const orders: DemoOrder[] = [];
  for (const [at, account] of accounts.entries()) {
    const fates = at === 0 ? FATES : at % 3 === 0 ? [oneOf(story, FATES), 'open' as const] : [oneOf(story, FATES)];
    for (const fate of fates) orders.push(await tellOrder(ctx, story, account, fate, typeIds, at === 0 ? between(story, 45, 70) : between(story, 38, 60)));
  }
  return orders;
}

async function tellOrder(
  ctx: Ctx,
  story: DemoStory,
  account: DemoAccount,
  fate: Fate,
  typeIds: ReadonlyMap<string, Id>,
  delivered: number,
): Promise<DemoOrder> {
  const type = oneOf(story, TRADES[story.business].types);
  const typeId = typeIds.get(type.key)!;
  const today = dayOf(story.now, ctx.tenant.zone);
  const [from, to] = fate === 'over' ? [59, 12] : fate === 'closed' ? [59, 20] : [59, 0];
  const { currency } = ctx.tenant;
  const terms =
    fate === 'budget'
      ? ({ counts: 'money', budget: { amount: type.price * (delivered + 25), currency } } as const)
      : ({ counts: 'leads', leads: fate === 'filled' ? delivered : delivered + between(story, 10, 60) } as const);
  const orderId = await createOrder(ctx, {
    ...account,
    ...terms,
    typeId,
    renewal: fate === 'open',
    autoCharge: fate === 'open' && delivered % 2 === 0,
    price: { amount: type.price, currency },
    startsOn: daysAfter(today, -from),
    endsOn: fate === 'open' && story.random() < 0.4 ? daysAfter(today, 30) : null,
    // leads that come in today find orders that want them; the rest is for some places only
    places: fate === 'open' ? [] : placesOf(story),
    acceptsReturns: story.random() < 0.9,
  });
  if (fate === 'over') await letEnd(ctx, orderId, daysAfter(today, -to));
  return { ...account, orderId, typeId, typeKey: type.key, price: type.price, delivered, from, to: Math.max(to, 0), fate };
}

const placesOf = (story: DemoStory): string[] => (story.random() < 0.5 ? [] : [oneOf(story, TRADES[story.business].towns).postalCode.slice(0, 3)]);

/** After the leads: pauses, closes, and what was paid. */
export async function settleOrders(ctx: Ctx, story: DemoStory, orders: readonly DemoOrder[]): Promise<void> {
  const { currency } = ctx.tenant;
  for (const order of orders) {
    if (order.fate === 'paused') await pauseOrder(ctx, order.orderId);
    if (order.fate === 'closed') await closeOrder(ctx, order.orderId);
    if (story.random() < 0.3) continue;
    const paidOn = daysAfter(dayOf(story.now, ctx.tenant.zone), -between(story, 1, 50));
    await recordOrderPayment(ctx, order.orderId, {
      amount: { amount: order.price * Math.ceil(order.delivered * oneOf(story, [0.25, 0.5, 1])), currency },
      paidOn,
      note: oneOf(story, ['Bank transfer', 'Cheque', '']),
    });
  }
}

// Its last day was to come when it was agreed, and is over now: nobody can agree on such a day today.
const letEnd = (ctx: Ctx, orderId: Id, endsOn: string): Promise<unknown> =>
  ctx.inTenant((tx) =>
    tx.run(sql`update leads.lead_orders set ends_on = ${endsOn}, ends_at = ${startOfDay(daysAfter(endsOn, 1), ctx.tenant.zone)} where id = ${orderId}`),
  );
