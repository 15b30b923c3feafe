import { dayOf, noonOf, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { autoChargeRenewal } from '@portico/workflows/auto-charge-renewal';
import { causePaid, paymentReceived, periodPaid } from '../api.ts';
import { endCollections, resumePaid } from '../collection/end-collections.ts';
import { bookTransfers, type Transfer } from '../ledger/book-transfers.ts';
import type { PaymentRoad } from './payment.model.ts';

/** Money that came in, and what it is for. What its invoices no longer need becomes credit (requirements 3.13). */
export interface ReceivedPayment {
  readonly id: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly road: PaymentRoad;
  readonly amount: number;
  readonly currency: string;
  readonly receivedOn?: string;
  readonly attemptId?: Id;
  readonly described: string;
  readonly note?: string;
  readonly cause?: Id;
  readonly recordedBy?: Id;
  /** It was paid for something else, elsewhere, before the books knew of it: nobody is invited because of it. */
  readonly isBookedAfter?: boolean;
  readonly parts: readonly { readonly invoiceId: Id; readonly amount: number }[];
}

interface OpenInvoice {
  readonly id: Id;
  readonly state: string;
  readonly open_minor: number;
}

/** What of an invoice no payment has taken yet. */
interface LeftOver {
  open: number;
  readonly isWrittenOff: boolean;
}

/**
 * Books payments in the caller's transaction, any number in a handful of statements: payment, what it pays, the ledger, the
 * invoices it settles, the subscriptions and periods that begin by it, and the events. The caller has locked the invoices.
 */
export async function receivePayments(tx: Tx, payments: readonly ReceivedPayment[]): Promise<void> {
  if (payments.length === 0) return;
  const invoices = await openInvoices(tx, payments);
  const allocations = payments.flatMap((payment) => allocationsOf(tx, payment, invoices));
  const firstOnes = await accountsWithoutPayments(tx, payments);
  await writePayments(tx, payments);
  await writeAllocations(tx, allocations);
  const partsOf = new Map<Id, Allocation[]>(payments.map(({ id }) => [id, []]));
  for (const part of allocations) partsOf.get(part.paymentId)!.push(part);
  await bookTransfers(
    tx,
    payments.flatMap((payment) => transfersOf(payment, partsOf.get(payment.id)!)),
  );
  const settled = await settleInvoices(tx, allocations);
  await beginWhatWasPaid(tx, settled);
  await tx.publishAll(
    paymentReceived,
    payments.map(({ id, accountId, billGroupId, isBookedAfter }) => ({
      paymentId: id,
      accountId,
      billGroupId,
      first: !isBookedAfter && firstOnes.delete(accountId),
    })),
  );
}

interface Allocation {
  readonly id: Id;
  readonly paymentId: Id;
  readonly invoiceId: Id;
  readonly amount: number;
  /** Its invoice was written off: what came in after all is owed again first, so that the books know both. */
  readonly afterWriteOff: boolean;
}

async function openInvoices(tx: Tx, payments: readonly ReceivedPayment[]): Promise<Map<Id, LeftOver>> {
  const ids = payments.flatMap(({ parts }) => parts.map(({ invoiceId }) => invoiceId));
  const rows =
    await tx.rows<OpenInvoice>(sql`select id, state, case state when 'issued' then open_minor when 'written-off' then written_off_minor else 0 end as open_minor
    from billing.invoices where tenant_id = ${tx.ctx.tenant.id} and id = any(${ids}::uuid[])`);
  return new Map(rows.map(({ id, state, open_minor }) => [id, { open: open_minor, isWrittenOff: state === 'written-off' }]));
}

// What is open is used up part by part: two payments of one invoice in one go cannot take the same cent.
function allocationsOf(tx: Tx, { id: paymentId, parts }: ReceivedPayment, invoices: ReadonlyMap<Id, LeftOver>): Allocation[] {
  return parts.flatMap(({ invoiceId, amount }) => {
    const invoice = invoices.get(invoiceId);
    const taken = Math.min(amount, invoice?.open ?? 0);
    if (!invoice || taken <= 0) return [];
    invoice.open -= taken;
    return [{ id: tx.ctx.newId(), paymentId, invoiceId, amount: taken, afterWriteOff: invoice.isWrittenOff }];
  });
}

// What was booked after the fact bears the cause of its invoice, and does not count.
async function accountsWithoutPayments(tx: Tx, payments: readonly ReceivedPayment[]): Promise<Set<Id>> {
  const ids = [...new Set(payments.map(({ accountId }) => accountId))];
  const rows = await tx.rows<{ id: Id }>(sql`select a.id from unnest(${ids}::uuid[]) as a(id)
    where not exists (select from billing.payments p where p.tenant_id = ${tx.ctx.tenant.id} and p.account_id = a.id
      and not (p.cause is not null and exists (select from billing.invoices i where i.tenant_id = ${tx.ctx.tenant.id} and i.cause = p.cause)))`);
  return new Set(rows.map(({ id }) => id));
}

async function writePayments(tx: Tx, payments: readonly ReceivedPayment[]): Promise<void> {
  const now = tx.ctx.clock.now();
  const today = dayOf(now, tx.ctx.tenant.zone);
  const first = await tx.nextNumber('billing.payment', payments.length);
  const rows = payments.map((payment, at) => ({
    id: payment.id,
    number: first + at,
    account_id: payment.accountId,
    bill_group_id: payment.billGroupId,
    road: payment.road,
    amount: payment.amount,
    currency: payment.currency,
    received_on: payment.receivedOn ?? today,
    // what is recorded later stands in lists where it came in
    received_at: payment.receivedOn && payment.receivedOn < today ? noonOf(payment.receivedOn, tx.ctx.tenant.zone) : now,
    attempt_id: payment.attemptId ?? null,
    described: payment.described,
    note: payment.note ?? '',
    cause: payment.cause ?? null,
    recorded_by: payment.recordedBy ?? null,
  }));
  await tx.run(sql`insert into billing.payments
      (id, number, account_id, bill_group_id, road, amount_minor, currency, received_on, received_at, attempt_id, described, note, cause, recorded_by)
    select p.id, p.number, p.account_id, p.bill_group_id, p.road, p.amount, p.currency, p.received_on, p.received_at, p.attempt_id, p.described, p.note, p.cause, p.recorded_by
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(id uuid, number bigint, account_id uuid, bill_group_id uuid, road text, amount bigint, currency text,
      received_on date, received_at timestamptz, attempt_id uuid, described text, note text, cause uuid, recorded_by uuid)`);
}

async function writeAllocations(tx: Tx, allocations: readonly Allocation[]): Promise<void> {
  if (allocations.length === 0) return;
  await tx.run(sql`insert into billing.payment_allocations (id, payment_id, invoice_id, amount_minor)
    select a.id, a."paymentId", a."invoiceId", a.amount
    from jsonb_to_recordset(${JSON.stringify(allocations)}::jsonb) as a(id uuid, "paymentId" uuid, "invoiceId" uuid, amount bigint)`);
}

function transfersOf(payment: ReceivedPayment, own: readonly Allocation[]): Transfer[] {
  const { id, accountId, billGroupId, currency, amount } = payment;
  const debit = payment.road === 'card' ? ('card' as const) : ('bank' as const);
  const over = amount - own.reduce((sum, part) => sum + part.amount, 0);
  const about = { accountId, billGroupId, currency };
  const ofPart = ({ id: sourceId, invoiceId, amount: taken }: Allocation) => ({ ...about, amount: taken, sourceId, invoiceId });
  return [
    ...own
      .filter(({ afterWriteOff }) => afterWriteOff)
      .map((part): Transfer => ({ ...ofPart(part), debit: 'receivable', credit: 'written-off', source: 'reversal' })),
    ...own.map((part): Transfer => ({ ...ofPart(part), debit, credit: 'receivable', source: 'payment' })),
    { ...about, debit, credit: 'credit', amount: over, source: 'overpayment', sourceId: id },
  ];
}

/** An invoice that is paid, as far as what follows from it needs it. */
export interface SettledInvoice {
  readonly id: Id;
  readonly subscription_id: Id | null;
  readonly cause: Id | null;
  readonly number: number | null;
  readonly account_id: Id;
  readonly currency: string;
  readonly total_minor: number;
}

// An invoice that was written off and is paid after all is paid (requirements 3.5).
async function settleInvoices(tx: Tx, allocations: readonly Allocation[]): Promise<SettledInvoice[]> {
  if (allocations.length === 0) return [];
  const now = tx.ctx.clock.now();
  return tx.rows<SettledInvoice>(sql`with part as (
      select a."invoiceId" as invoice_id, sum(a.amount)::bigint as amount
      from jsonb_to_recordset(${JSON.stringify(allocations)}::jsonb) as a("invoiceId" uuid, amount bigint) group by 1),
    changed as (
      update billing.invoices i set paid_minor = i.paid_minor + part.amount,
        written_off_minor = case i.state when 'written-off' then i.written_off_minor - part.amount else i.written_off_minor end,
        state = case when i.total_minor - i.paid_minor - part.amount - i.credited_minor <= 0 then 'paid' else i.state end,
        paid_at = case when i.total_minor - i.paid_minor - part.amount - i.credited_minor <= 0 then ${now}::timestamptz end
      from part where i.tenant_id = ${tx.ctx.tenant.id} and i.id = part.invoice_id
      returning i.id, i.subscription_id, i.cause, i.number, i.account_id, i.currency, i.total_minor, i.state)
    select id, subscription_id, cause, number, account_id, currency, total_minor from changed where state = 'paid'`);
}

/** Invoices are paid: their collections end, subscriptions that waited for it begin or go on, and their periods are told to whoever gives what is in them. */
export async function beginWhatWasPaid(tx: Tx, settled: readonly SettledInvoice[]): Promise<void> {
  if (settled.length === 0) return;
  const { tenant, clock } = tx.ctx;
  await endCollections(
    tx,
    settled.map(({ id }) => id),
    'paid',
  );
  await tellCauses(tx, settled);
  const ids = settled.filter(({ subscription_id }) => subscription_id !== null).map(({ id }) => id);
  if (ids.length === 0) return;
  const begun = await tx.run(sql`update billing.subscriptions s set state = 'active' from billing.invoices i
    where i.tenant_id = ${tenant.id} and i.id = any(${ids}::uuid[]) and s.tenant_id = ${tenant.id} and s.id = i.subscription_id and s.state = 'pending'`);
  await goOnAfterUndo(tx, ids);
  // the clock is only told of what it has not seen: its own renewals are no news
  if (begun + (await resumePaid(tx, ids)) > 0) await tx.nudge(autoChargeRenewal);
  const periods = await tx.rows<{ periodId: Id; subscriptionId: Id; planId: Id; accountId: Id; billGroupId: Id; startsOn: string; endsOn: string }>(sql`
    update billing.billing_periods p set paid_at = ${clock.now()}::timestamptz from billing.subscriptions s
    where p.tenant_id = ${tenant.id} and p.invoice_id = any(${ids}::uuid[]) and p.paid_at is null and s.tenant_id = ${tenant.id} and s.id = p.subscription_id
    returning p.id as "periodId", s.id as "subscriptionId", s.plan_id as "planId", s.account_id as "accountId", s.bill_group_id as "billGroupId",
      p.starts_on as "startsOn", p.ends_on as "endsOn"`);
  await tx.publishAll(periodPaid, periods);
}

// Cancelled before it had begun, and paid since: undone or taken back, it has begun.
const goOnAfterUndo = (tx: Tx, ids: readonly Id[]): Promise<number> =>
  tx.run(sql`update billing.cancellations c set was_state = 'active' from billing.invoices i
    where i.tenant_id = ${tx.ctx.tenant.id} and i.id = any(${ids}::uuid[]) and c.tenant_id = ${tx.ctx.tenant.id} and c.subscription_id = i.subscription_id
      and c.state in ('waiting', 'ended') and c.was_state = 'pending'`);

const tellCauses = (tx: Tx, settled: readonly SettledInvoice[]): Promise<void> =>
  tx.publishAll(
    causePaid,
    settled.flatMap(({ id, cause, number, account_id, currency, total_minor }) =>
      cause ? [{ cause, invoiceId: id, invoiceNumber: number!, accountId: account_id, amount: { amount: total_minor, currency } }] : [],
    ),
  );
