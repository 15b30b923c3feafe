import { demand, fresh, inBusiness, newBusiness, portico, until, type Business } from '@portico/testing/browser';
import { marketOf, postLead, type LeadMarket } from './lead-market.ts';

/** A plan that a customer has and has paid, and the market of the leads that it includes. */
export interface BoughtPlan {
  readonly planId: string;
  readonly subscriptionId: string;
  readonly market: LeadMarket;
}

/** A business of its own whose clock may be moved, and a customer of it who signs in. */
export interface PlanMarket {
  readonly business: Business;
  readonly accountId: string;
  readonly email: string;
}

/** The business and its customer. */
export async function openPlanMarket(): Promise<PlanMarket> {
  const mark = fresh();
  const business = await newBusiness(`plans-${mark}`, 'Clockwork Leads');
  const email = `ada@${mark}.example`;
  const { id: accountId } = await demand<{ id: string }>(business, '/api/v1/accounts', {
    key: 'owner',
    json: { name: 'Ada and Sons', admin: { name: 'Ada Lind', email, password: 'a first password' } },
  });
  const { apiKey } = await portico<{ apiKey: string }>('key', 'create', '--business', business.slug, '--user', email);
  const admin = { kind: 'account-admin' as const, login: email, password: 'a first password', apiKey };
  return { business: { ...business, signIns: [...business.signIns, admin] }, accountId, email };
}

/** A monthly plan of five leads of a type of its own, sold and paid by transfer; so many of them have come. */
export async function buyPlan({ business, accountId }: PlanMarket, name: string, come: number): Promise<BoughtPlan> {
  const market = await marketOf(business, accountId, 'owner');
  const price = { amount: 9_900, currency: 'USD' };
  const plan = { name, about: 'Your leads, called by us.', every: { unit: 'month', count: 1 }, prices: [price] };
  const { id: planId } = await demand<{ id: string }>(business, '/api/v1/billing/plans', { key: 'owner', json: plan });
  await demand(business, `/api/v1/billing/plans/${planId}/publish`, { key: 'owner', method: 'POST' });
  await demand(business, '/api/v1/leads/plan-leads', { key: 'owner', json: { planId, typeId: market.type.id, count: 5 } });
  const { billGroupId } = market;
  const sold = await demand<{ id: string; invoiceId: string }>(business, '/api/v1/billing/subscriptions', {
    key: 'owner',
    json: { accountId, billGroupId, planId },
  });
  const receivedOn = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await demand(business, '/api/v1/billing/payments', {
    key: 'owner',
    json: { billGroupId, amount: price, road: 'transfer', receivedOn, invoiceIds: [sold.invoiceId] },
  });
  await until('the period has its order', async () => (await ordersOf(business, sold.id)).length === 1);
  const bought = { planId, subscriptionId: sold.id, market };
  for (let n = 0; n < come; n += 1) await postLead(market, {}, 'owner');
  return bought;
}

/** The states of the orders that a subscription's periods opened. */
export const ordersOf = (business: Business, subscriptionId: string): Promise<string[]> =>
  inBusiness(business, async (query) =>
    (await query('select state from leads.lead_orders where subscription_id = $1', [subscriptionId])).map(({ state }) => String(state)),
  );

/** How many leads of a subscription stand in each state of the call queue. */
export const queueOf = (business: Business, subscriptionId: string): Promise<Record<string, number>> =>
  inBusiness(business, async (query) =>
    Object.fromEntries(
      (
        await query('select state, count(*)::int as count from leads.queue_entries where subscription_id = $1 group by state order by state', [subscriptionId])
      ).map(({ state, count }) => [String(state), Number(count)]),
    ),
  );
