import { dayOf, daysAfter, noonOf, type Id, type Instant } from '@portico/kit';
import { sql, type Ctx, type DemoStory, type Tx } from '@portico/kit/server';
import { lineOf, pastDueFrom, type Buyer, type InvoiceLine, type Seller } from '../invoice/invoice.model.ts';
import { sellerIn } from '../invoice/issue-invoice.ts';
import { periodAt, renewalAt, type Rhythm } from '../subscription/billing-calendar.ts';
import { chargeDemoCards, type CardPayment } from './demo-cards.ts';
import type { SoldPlan } from './demo-plans.ts';

/** A customer's bill group. */
export interface DemoBuyer {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly buyer: Buyer;
}

interface PastInvoice {
  readonly id: Id;
  readonly period: { readonly id: Id; readonly starts_on: string; readonly ends_on: string };
  readonly account_id: Id;
  readonly bill_group_id: Id;
  readonly subscription_id: Id;
  readonly issued_at: Instant;
  readonly issued_on: string;
  readonly due_on: string;
  readonly due_at: Instant;
  readonly lines: readonly InvoiceLine[];
  readonly buyer: Buyer;
  readonly total_minor: number;
  /** When it was paid; not at all: it is open, or past due. */
  readonly paid: {
    readonly at: Instant;
    readonly on: string;
    readonly road: string;
    readonly payment: Id;
    readonly allocation: Id;
    readonly card?: CardPayment;
  } | null;
}

const DUE_DAYS = 14;

/** A subscription with every period that was billed since. */
interface PastSubscription {
  readonly id: Id;
  readonly buyer: DemoBuyer;
  readonly plan: SoldPlan;
  readonly rhythm: Rhythm;
  readonly invoices: readonly PastInvoice[];
}

/**
 * Subscriptions of the last months with every period that was billed since, as the use cases would have left them: the same
 * rows, numbers in the order of issue, the ledger with them. All in set-based statements. What came in by card was charged
 * before, at the gateway that is connected, and nothing is booked as paid by card that was not. The renewal of one is left to
 * the clock: it is due since a few days.
 */
export async function tellHistory(
  ctx: Ctx,
  story: DemoStory,
  buyers: readonly DemoBuyer[],
  plans: readonly SoldPlan[],
  overdue: DemoBuyer | undefined,
): Promise<void> {
  const subscriptions = buyers.map((buyer, at) =>
    buyer === overdue
      ? overdueSubscription(ctx, story, buyer, plans[0]!)
      : pastSubscription(ctx, story, buyer, plans[at % 5 === 4 ? 1 : at % 7 === 6 ? 2 : 0]!),
  );
  const invoices = await withCards(ctx, subscriptions.flatMap((subscription) => subscription.invoices).toSorted(byIssue));
  await ctx.inTenant(async (tx) => {
    for (const subscription of subscriptions) await writeSubscription(tx, subscription);
    await writeInvoices(tx, invoices, await sellerIn(tx));
    await writeAttempts(tx, invoices);
    await writeMoney(tx, invoices);
  });
}

const byIssue = (a: PastInvoice, b: PastInvoice): number => (a.issued_at < b.issued_at ? -1 : a.issued_at > b.issued_at ? 1 : 0);

async function withCards(ctx: Ctx, invoices: readonly PastInvoice[]): Promise<readonly PastInvoice[]> {
  const paid = invoices.filter((invoice) => invoice.paid !== null);
  const byCard = await chargeDemoCards(
    ctx,
    paid.map(({ id, bill_group_id, buyer, total_minor }) => ({ invoiceId: id, billGroupId: bill_group_id, payer: buyer.name, amount: total_minor })),
  );
  return invoices.map((invoice) => {
    const card = byCard.get(invoice.id);
    return card && invoice.paid ? { ...invoice, paid: { ...invoice.paid, road: 'card', card } } : invoice;
  });
}

function pastSubscription(ctx: Ctx, story: DemoStory, buyer: DemoBuyer, plan: SoldPlan): PastSubscription {
  const zone = ctx.tenant.zone;
  const today = dayOf(story.now, zone);
  const rhythm: Rhythm = { anchor_on: daysAfter(today, -Math.floor(3 + story.random() * 100)), interval_unit: plan.unit, interval_count: 1, zone };
  let periods = 0;
  while (periodAt(rhythm, periods).startsOn < today) periods += 1;
  return withPeriods(ctx, story, { buyer, plan, rhythm, periods });
}

/** Months that are long or short: the third period of a plan that began 64 days ago has begun two to five days ago. */
function overdueSubscription(ctx: Ctx, story: DemoStory, buyer: DemoBuyer, plan: SoldPlan): PastSubscription {
  const zone = ctx.tenant.zone;
  const rhythm: Rhythm = { anchor_on: daysAfter(dayOf(story.now, zone), -64), interval_unit: plan.unit, interval_count: 1, zone };
  return withPeriods(ctx, story, { buyer, plan, rhythm, periods: 2 });
}

function withPeriods(
  ctx: Ctx,
  story: DemoStory,
  { periods, ...about }: { readonly buyer: DemoBuyer; readonly plan: SoldPlan; readonly rhythm: Rhythm; readonly periods: number },
): PastSubscription {
  const id = ctx.newId();
  const today = dayOf(story.now, ctx.tenant.zone);
  const invoices = Array.from({ length: periods }, (_, n) => pastInvoice(ctx, story, { ...about, subscriptionId: id, n, today }));
  return { id, ...about, invoices };
}

async function writeSubscription(tx: Tx, { id, buyer, plan, rhythm, invoices }: PastSubscription): Promise<void> {
  const { ctx } = tx;
  const isPending = invoices.length === 1 && invoices[0]!.paid === null;
  await tx.run(sql`insert into billing.subscriptions
      (id, number, account_id, bill_group_id, plan_id, currency, state, interval_unit, interval_count, anchor_on, zone, periods, renews_on, renews_at, created_at)
    values (${id}, ${await tx.nextNumber('billing.subscription')}, ${buyer.accountId}, ${buyer.billGroupId}, ${plan.id}, ${ctx.tenant.currency},
      ${isPending ? 'pending' : 'active'}, ${plan.unit}, 1, ${rhythm.anchor_on}::date, ${rhythm.zone}, ${invoices.length}, ${renewalAt(rhythm, invoices.length).renews_on}::date,
      ${renewalAt(rhythm, invoices.length).renews_at}::timestamptz, ${invoices[0]!.issued_at}::timestamptz)`);
  await tx.run(sql`insert into billing.subscription_items (id, subscription_id, position, description, quantity, unit_minor)
    values (${ctx.newId()}, ${id}, 1, ${plan.name}, 1, ${plan.price})`);
}

interface Past {
  readonly buyer: DemoBuyer;
  readonly plan: SoldPlan;
  readonly subscriptionId: Id;
  readonly rhythm: Rhythm;
  readonly n: number;
  readonly today: string;
}

function pastInvoice(ctx: Ctx, story: DemoStory, { buyer, plan, subscriptionId, rhythm, n, today }: Past): PastInvoice {
  const { startsOn, endsOn } = periodAt(rhythm, n);
  const dueOn = daysAfter(startsOn, DUE_DAYS);
  const paidOn = daysAfter(startsOn, 1 + Math.floor(story.random() * 12));
  // the newest ones are still open, and one in nine of the older ones is past due
  const isPaid = paidOn < today && story.random() > 0.11;
  return {
    id: ctx.newId(),
    period: { id: ctx.newId(), starts_on: startsOn, ends_on: endsOn },
    account_id: buyer.accountId,
    bill_group_id: buyer.billGroupId,
    subscription_id: subscriptionId,
    issued_at: noonOf(startsOn, rhythm.zone),
    issued_on: startsOn,
    due_on: dueOn,
    due_at: pastDueFrom(dueOn, rhythm.zone),
    lines: [lineOf(plan.name, 1, plan.price, { from: startsOn, to: daysAfter(endsOn, -1) })],
    buyer: buyer.buyer,
    total_minor: plan.price,
    paid: isPaid
      ? { at: noonOf(paidOn, rhythm.zone), on: paidOn, road: story.random() > 0.5 ? 'transfer' : 'check', payment: ctx.newId(), allocation: ctx.newId() }
      : null,
  };
}

async function writeInvoices(tx: Tx, invoices: readonly PastInvoice[], seller: Seller): Promise<void> {
  const first = await tx.nextNumber('billing.invoice', invoices.length);
  const rows = invoices.map((invoice, at) => ({ ...invoice, number: first + at, paid_at: invoice.paid?.at ?? null }));
  await tx.run(sql`insert into billing.invoices (id, account_id, bill_group_id, subscription_id, currency, state, number, issued_at, issued_on, due_on, due_at, sent_at,
      lines, seller, buyer, total_minor, paid_minor, paid_at, created_at)
    select i.id, i.account_id, i.bill_group_id, i.subscription_id, ${tx.ctx.tenant.currency}, case when i.paid_at is null then 'issued' else 'paid' end, i.number,
      i.issued_at, i.issued_on, i.due_on, i.due_at, i.issued_at, i.lines, ${JSON.stringify(seller)}::jsonb, i.buyer, i.total_minor,
      case when i.paid_at is null then 0 else i.total_minor end, i.paid_at, i.issued_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i(id uuid, account_id uuid, bill_group_id uuid, subscription_id uuid, number bigint, issued_at timestamptz,
      issued_on date, due_on date, due_at timestamptz, lines jsonb, buyer jsonb, total_minor bigint, paid_at timestamptz)`);
  await tx.run(sql`insert into billing.billing_periods (id, subscription_id, starts_on, ends_on, invoice_id, opened_at, paid_at)
    select (i.period->>'id')::uuid, i.subscription_id, (i.period->>'starts_on')::date, (i.period->>'ends_on')::date, i.id, i.issued_at, i.paid_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i(id uuid, period jsonb, subscription_id uuid, issued_at timestamptz, paid_at timestamptz)`);
}

/** The tries that the card payments came from, as they are left when they have succeeded. */
async function writeAttempts(tx: Tx, invoices: readonly PastInvoice[]): Promise<void> {
  const rows = invoices.flatMap(({ paid, ...invoice }) => (paid?.card ? [{ ...invoice, ...paid.card, at: paid.at, part: tx.ctx.newId() }] : []));
  const from = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a(id uuid, "attemptId" uuid, account_id uuid, bill_group_id uuid, total_minor bigint,
    "gatewayMethod" text, "gatewayRef" text, described text, at timestamptz, part uuid)`;
  await tx.run(sql`insert into billing.payment_attempts (id, account_id, bill_group_id, amount_minor, currency, gateway_method, described, off_session, because, state,
      gateway_ref, created_at, settled_at)
    select a."attemptId", a.account_id, a.bill_group_id, a.total_minor, ${tx.ctx.tenant.currency}, a."gatewayMethod", a.described, false, 'person', 'succeeded',
      a."gatewayRef", a.at, a.at from ${from}`);
  await tx.run(
    sql`insert into billing.attempt_invoices (id, attempt_id, invoice_id, amount_minor, is_live) select a.part, a."attemptId", a.id, a.total_minor, false from ${from}`,
  );
}

async function writeMoney(tx: Tx, invoices: readonly PastInvoice[]): Promise<void> {
  const { ctx } = tx;
  const paid = invoices.filter((invoice) => invoice.paid !== null).toSorted((a, b) => (a.paid!.at < b.paid!.at ? -1 : 1));
  const first = await tx.nextNumber('billing.payment', paid.length);
  const rows = paid.map(({ paid: how, ...invoice }, at) => ({
    ...invoice,
    ...how,
    number: first + at,
    attempt: how!.card?.attemptId ?? null,
    described: how!.card?.described ?? ctx.text(`billing.road.${how!.road}`),
  }));
  const from = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id uuid, payment uuid, allocation uuid, number bigint, account_id uuid, bill_group_id uuid,
    total_minor bigint, road text, "on" date, at timestamptz, described text, attempt uuid)`;
  await tx.run(sql`insert into billing.payments (id, number, account_id, bill_group_id, road, amount_minor, currency, received_on, received_at, described, attempt_id)
    select p.payment, p.number, p.account_id, p.bill_group_id, p.road, p.total_minor, ${ctx.tenant.currency}, p.on, p.at, p.described, p.attempt from ${from}`);
  await tx.run(
    sql`insert into billing.payment_allocations (id, payment_id, invoice_id, amount_minor) select p.allocation, p.payment, p.id, p.total_minor from ${from}`,
  );
  const transfers = [
    ...invoices.map((i) => transfer(ctx, i, { debit: 'receivable', credit: 'revenue', source: 'invoice', source_id: i.id, on: i.issued_on, at: i.issued_at })),
    ...paid.map((i) =>
      transfer(ctx, i, {
        debit: i.paid!.card ? 'card' : 'bank',
        credit: 'receivable',
        source: 'payment',
        source_id: i.paid!.allocation,
        on: i.paid!.on,
        at: i.paid!.at,
      }),
    ),
  ];
  await tx.run(sql`insert into billing.ledger_transfers
      (id, account_id, bill_group_id, debit, credit, amount_minor, currency, source_kind, source_id, invoice_id, booked_on, booked_at)
    select t.id, t.account_id, t.bill_group_id, t.debit, t.credit, t.amount, ${ctx.tenant.currency}, t.source, t.source_id, t.invoice_id, t.on, t.at
    from jsonb_to_recordset(${JSON.stringify(transfers)}::jsonb) as t(id uuid, account_id uuid, bill_group_id uuid, debit text, credit text, amount bigint, source text,
      source_id uuid, invoice_id uuid, "on" date, at timestamptz)`);
}

const transfer = (ctx: Ctx, invoice: PastInvoice, what: { debit: string; credit: string; source: string; source_id: Id; on: string; at: Instant }) => ({
  id: ctx.newId(),
  account_id: invoice.account_id,
  bill_group_id: invoice.bill_group_id,
  amount: invoice.total_minor,
  invoice_id: invoice.id,
  ...what,
});
