import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { Seller } from '../invoice/invoice.model.ts';
import { bookTransfers } from '../ledger/book-transfers.ts';
import type { BillingSettings } from '../plugin.ts';
import { beginWhatWasPaid, type SettledInvoice } from '../payment/receive-payments.ts';
import { askToPay, type Owed } from './ask-to-pay.ts';
import { lockDue, periodsOf, type DuePeriod, type Stopped } from './due-renewals.ts';
import { keepWaiting } from './keep-waiting.ts';
import { writeRenewalAttempts } from './write-renewal-attempts.ts';

/** So many periods go together in one transaction. */
const TOGETHER = 500;

/**
 * Bills the next period of what is due, in one transaction and a handful of statements: period, invoice with its number,
 * ledger, the next date, and, where auto-pay allows it, the payment attempt that the batch then charges. One period of a
 * subscription in each batch, so that missed ones come one after the other. That no period is billed twice is guaranteed by
 * the unique index on its start, whoever tries. Answers the batch; undefined when nothing was due.
 */
export async function billDuePeriods(tx: Tx, seller: Seller): Promise<Id | undefined> {
  const rows = await lockDue(tx, TOGETHER);
  if (rows.length === 0) return undefined;
  const { due, stopped } = periodsOf(tx, rows);
  await stop(tx, stopped);
  const batch = await openBatch(tx, due);
  if (due.length > 0) await writePeriods(tx, due, { batch, seller });
  return batch;
}

// Nothing of it is billed until somebody has looked: a plan that would bill again and again costs its customer no more than this.
async function stop(tx: Tx, stopped: readonly Stopped[]): Promise<void> {
  if (stopped.length === 0) return;
  await tx.run(sql`update billing.subscriptions s set attention = w.because
    from jsonb_to_recordset(${JSON.stringify(stopped)}::jsonb) as w(id uuid, because text) where s.tenant_id = ${tx.ctx.tenant.id} and s.id = w.id`);
  tx.ctx.log.error('subscriptions are not billed until somebody looks at them', { count: stopped.length, because: stopped[0]!.because });
  await tx.mail('renewals-stopped', 'owner', { count: stopped.length, because: tx.ctx.text(`billing.attention.${stopped[0]!.because}`) });
}

async function openBatch(tx: Tx, due: readonly DuePeriod[]): Promise<Id> {
  const batch = tx.ctx.newId();
  await tx.run(sql`insert into billing.renewal_batches (id, opened_at, periods, late) values (${batch}, ${tx.ctx.clock.now()}::timestamptz, ${due.length},
    ${due.filter(({ isLate }) => isLate).length})`);
  return batch;
}

interface Run {
  readonly batch: Id;
  readonly seller: Seller;
}

async function writePeriods(tx: Tx, due: readonly DuePeriod[], run: Run): Promise<void> {
  const { sendAtIssue } = tx.ctx.settings<BillingSettings>();
  await writeInvoices(tx, due, run.seller, sendAtIssue);
  const rows = due.map(({ subscriptionId, period, next, invoice }) => ({ subscriptionId, period: period.id, ...period, ...next, invoice: invoice.id }));
  const { tenant, clock } = tx.ctx;
  await tx.run(sql`insert into billing.billing_periods (id, subscription_id, starts_on, ends_on, invoice_id, batch_id, opened_at)
    select p.period, p."subscriptionId", p."startsOn", p."endsOn", p.invoice, ${run.batch}::uuid, ${clock.now()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(period uuid, "subscriptionId" uuid, "startsOn" date, "endsOn" date, invoice uuid)`);
  await tx.run(sql`update billing.subscriptions s set periods = s.periods + 1, renews_on = p.renews_on, renews_at = p.renews_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p("subscriptionId" uuid, renews_on date, renews_at timestamptz)
    where s.tenant_id = ${tenant.id} and s.id = p."subscriptionId"`);
  await bookTransfers(
    tx,
    due.map(({ accountId, billGroupId, currency, invoice }) => ({
      ...{ accountId, billGroupId, currency, amount: invoice.total, debit: 'receivable' as const, credit: 'revenue' as const },
      ...{ source: 'invoice' as const, sourceId: invoice.id, invoiceId: invoice.id },
    })),
  );
  const free = due.filter(({ invoice }) => invoice.total === 0);
  await beginWhatWasPaid(tx, free.map(paidOf));
  if (!sendAtIssue) return; // auto-pay charges only what is Sent
  const byCard = due.filter(({ card, invoice }) => card !== null && invoice.total > 0);
  await chargeOrWait(tx, byCard, run.batch);
  const asked = new Set(byCard.map(({ invoice }) => invoice.id));
  await askToPay(tx, due.filter(({ invoice }) => !asked.has(invoice.id) && invoice.total > 0).map(owedOf));
}

async function chargeOrWait(tx: Tx, byCard: readonly DuePeriod[], batch: Id): Promise<void> {
  if (await tx.braked('charges'))
    return keepWaiting(
      tx,
      byCard.map(({ invoice }) => invoice.id),
    );
  await writeRenewalAttempts(
    tx,
    byCard.map(({ accountId, billGroupId, currency, invoice, card }) => ({
      accountId,
      billGroupId,
      currency,
      invoice: invoice.id,
      total: invoice.total,
      ...card!,
    })),
    batch,
  );
}

async function writeInvoices(tx: Tx, due: readonly DuePeriod[], seller: Seller, send: boolean): Promise<void> {
  const { ctx } = tx;
  const now = ctx.clock.now();
  const first = await tx.nextNumber('billing.invoice', due.length);
  const rows = due.map(({ subscriptionId, accountId, billGroupId, currency, invoice }, at) => ({
    subscriptionId,
    accountId,
    billGroupId,
    currency,
    ...invoice,
    number: first + at,
  }));
  await tx.run(sql`insert into billing.invoices (id, account_id, bill_group_id, subscription_id, currency, state, number, issued_at, issued_on, due_on, due_at, sent_at,
      lines, seller, buyer, note, total_minor, paid_at, created_at)
    select i.id, i."accountId", i."billGroupId", i."subscriptionId", i.currency, case i.total when 0 then 'paid' else 'issued' end, i.number, ${now}::timestamptz,
      i."issuedOn", i."dueOn", i."dueAt", ${send ? now : null}::timestamptz, i.lines, ${JSON.stringify(seller)}::jsonb, i.buyer,
      ${ctx.settings<BillingSettings>().invoiceNote}, i.total, case i.total when 0 then ${now}::timestamptz end, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i(id uuid, "accountId" uuid, "billGroupId" uuid, "subscriptionId" uuid, currency text, number bigint,
      "issuedOn" date, "dueOn" date, "dueAt" timestamptz, lines jsonb, buyer jsonb, total bigint)`);
}

const owedOf = ({ accountId, currency, invoice }: DuePeriod): Owed => ({
  accountId,
  currency,
  total: invoice.total,
  dueOn: invoice.dueOn,
  description: invoice.lines[0]!.description,
});

// over nothing: paid as it is issued, and what its period includes begins
const paidOf = ({ subscriptionId, accountId, currency, invoice }: DuePeriod): SettledInvoice => ({
  ...{ id: invoice.id, subscription_id: subscriptionId, account_id: accountId, currency, total_minor: 0 },
  ...{ cause: null, number: null },
});
