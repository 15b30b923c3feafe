import { dayOf, daysAfter, InvalidInput, type Id } from '@portico/kit';
import { lineOfText, type Ctx, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { draftInvoice, issueDraft, lockInvoice, buyerOf } from '../invoice/issue-invoice.ts';
import { lineOf } from '../invoice/invoice.model.ts';
import { beginWhatWasPaid } from '../payment/receive-payments.ts';
import { lockPlan } from '../plan/change-plan.ts';
import { Price, type Plan } from '../plan/plan.model.ts';
import { periodAt, renewalAt, type PeriodDays, type Rhythm } from './billing-calendar.ts';
import { PlanNotLive, SubscriptionFormUsed } from './subscription-errors.ts';
import { BillingPeriod, Subscription, SubscriptionItem } from './subscription.model.ts';

/** A plan for a customer's bill group, from a day on: today unless another one is given. */
export const StartSubscription = z.object({
  accountId: z.uuid('billing.problem.account'),
  billGroupId: z.uuid('billing.problem.bill-group'),
  planId: z.uuid('billing.problem.plan'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'billing.problem.currency')
    .optional(),
  quantity: z.int('portico.problem.number').min(1).max(100_000).default(1),
  description: lineOfText(200).optional(),
});
export type StartSubscription = z.output<typeof StartSubscription>;

/** What was begun: the subscription, and its first invoice, which the customer sees at once. */
export interface StartedSubscription {
  readonly subscriptionId: Id;
  readonly invoiceId: Id;
}

/**
 * Staff give a customer a plan. The first period begins today and is invoiced, prepaid; the subscription begins when that
 * invoice is paid, and renews on the days that its rhythm says, counted from today. `id` is the one that the form was made
 * with: the same again is answered as the first time, another one under it throws SubscriptionFormUsed. Throws PlanNotLive,
 * InvalidInput at `currency` when the plan has no price in it.
 */
export async function startSubscription(ctx: Ctx, input: StartSubscription, id: Id = ctx.newId()): Promise<StartedSubscription> {
  ctx.demand('manage', 'Subscription');
  return ctx.inTenant(async (tx) => {
    const plan = await lockPlan(tx, input.planId);
    const earlier = await tx.query(Subscription).findById(id);
    if (earlier) return startedBefore(tx, earlier, input);
    if (plan.state !== 'live') throw new PlanNotLive({ plan: plan.name });
    const price = await priceOf(tx, plan, input.currency ?? ctx.tenant.currency);
    await buyerOf(tx, input.accountId, input.billGroupId);
    const rhythm = rhythmOf(ctx, plan);
    await writeSubscription(tx, id, input, plan, price, rhythm);
    const invoiceId = await billFirstPeriod(tx, id, input, { plan, price, period: periodAt(rhythm, 0) });
    await tx.audit('billing.subscription-started', null, { subscriptionId: id, planId: plan.id, invoiceId });
    return { subscriptionId: id, invoiceId };
  });
}

const rhythmOf = (ctx: Ctx, plan: Plan): Rhythm => ({
  anchor_on: dayOf(ctx.clock.now(), ctx.tenant.zone),
  interval_unit: plan.interval_unit,
  interval_count: plan.interval_count,
  zone: ctx.tenant.zone,
});

async function priceOf(tx: Tx, plan: Plan, currency: string): Promise<Price> {
  const price = await tx.query(Price).findOne({ plan_id: plan.id, currency });
  if (!price) throw new InvalidInput({ currency: { key: 'billing.problem.no-price', values: { currency } } });
  return price;
}

async function writeSubscription(tx: Tx, id: Id, input: StartSubscription, plan: Plan, price: Price, rhythm: Rhythm): Promise<void> {
  await tx.query(Subscription).insert({
    id,
    number: await tx.nextNumber('billing.subscription'),
    account_id: input.accountId,
    bill_group_id: input.billGroupId,
    plan_id: plan.id,
    currency: price.currency,
    state: 'pending',
    ...rhythm,
    periods: 1,
    ...renewalAt(rhythm, 1),
    created_at: tx.ctx.clock.now(),
  });
  await tx.query(SubscriptionItem).insert({
    id: tx.ctx.newId(),
    subscription_id: id,
    position: 1,
    description: input.description || plan.name,
    quantity: input.quantity,
    unit_minor: price.amount_minor,
  });
}

interface FirstPeriod {
  readonly plan: Plan;
  readonly price: Price;
  readonly period: PeriodDays;
}

async function billFirstPeriod(tx: Tx, subscriptionId: Id, input: StartSubscription, { plan, price, period }: FirstPeriod): Promise<Id> {
  const invoiceId = tx.ctx.newId();
  const { startsOn, endsOn } = period;
  const line = lineOf(input.description || plan.name, input.quantity, price.amount_minor, { from: startsOn, to: daysAfter(endsOn, -1) });
  const { accountId, billGroupId } = input;
  await draftInvoice(tx, { id: invoiceId, accountId, billGroupId, subscriptionId, currency: price.currency, lines: [line] });
  await issueDraft(tx, await lockInvoice(tx, invoiceId), { send: true });
  await tx.query(BillingPeriod).insert({
    id: tx.ctx.newId(),
    subscription_id: subscriptionId,
    starts_on: startsOn,
    ends_on: endsOn,
    invoice_id: invoiceId,
    opened_at: tx.ctx.clock.now(),
  });
  // nothing to pay: nobody's payment will begin it
  if (line.amount === 0) await beginWhatWasPaid(tx, [await lockInvoice(tx, invoiceId)]);
  return invoiceId;
}

async function startedBefore(tx: Tx, earlier: Subscription, input: StartSubscription): Promise<StartedSubscription> {
  const isSame = earlier.plan_id === input.planId && earlier.bill_group_id === input.billGroupId;
  if (!isSame) throw new SubscriptionFormUsed();
  const first = await tx.query(BillingPeriod).where({ subscription_id: earlier.id }).orderBy('starts_on').first();
  return { subscriptionId: earlier.id, invoiceId: first!.invoice_id };
}
