import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, aLivePlan, aPaidSubscription, askToCancel, foreseeCancellation } from '@portico/plugin-billing/testing';
import { setPlanLeads } from '../plan/plan-leads.ts';
import type { LeadMarket } from './lead-market.ts';

/** A customer's plan with leads in it. */
export interface SoldPlan {
  readonly planId: Id;
  readonly subscriptionId: Id;
}

/** A customer buys and pays a plan of so many leads a month; `come` of them have come, from a place of its own. */
export async function sellPlan(market: LeadMarket, customer: TestCustomer, place: string, { leads = 5, come = 2 } = {}): Promise<SoldPlan> {
  const billingOwner = await actingAsOwner(market.business);
  const planId = await aLivePlan(billingOwner);
  await setPlanLeads(market.owner, { planId, typeId: market.typeId, count: leads });
  const subscriptionId = await aPaidSubscription(billingOwner, customer, planId);
  await market.business.settleEvents();
  await market.owner.inTenant((tx) => tx.run(sql`update leads.lead_orders set places = ${[place]}::text[] where subscription_id = ${subscriptionId}`));
  if (come > 0) await market.post(...Array.from({ length: come }, () => ({ postalCode: place })));
  return { planId, subscriptionId };
}

/** Cancels as the page does: what it foresees, confirmed. */
export const cancelPlan = async (who: Ctx, subscriptionId: Id, when: 'at-once' | 'period-end' = 'at-once'): Promise<Id> =>
  askToCancel(who, subscriptionId, { token: (await foreseeCancellation(who, subscriptionId, when)).token, when, reason: '' });
