import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { PaymentUnderWay } from '../invoice/invoice-errors.ts';
import { AttemptInvoice, PaymentAttempt } from './payment.model.ts';
import { ChargesStopped } from './payment-errors.ts';

/** A try that is about to be made. */
export interface NewAttempt {
  readonly id: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly currency: string;
  readonly methodId: Id | null;
  readonly gatewayMethod: string;
  readonly keepMethod?: boolean;
  /** The words with which its owner switched auto-pay on, which holds when the money has come in. */
  readonly autoPayMandate?: string;
  /** As its payment says it to the customer: "Visa 4242". */
  readonly described: string;
  readonly offSession: boolean;
  readonly because: PaymentAttempt['because'];
  readonly cause?: Id;
  readonly createdBy?: Id;
  readonly parts: readonly { readonly invoiceId: Id; readonly amount: number }[];
}

/**
 * Writes a try down before the gateway hears of it. The caller has locked the invoices. Throws PaymentUnderWay when one of
 * them is being paid already (which the unique index guarantees, whoever looks), ChargesStopped while the brake is on.
 */
export async function writeAttempt(tx: Tx, attempt: NewAttempt): Promise<void> {
  await demandNoBrake(tx);
  const ids = attempt.parts.map(({ invoiceId }) => invoiceId);
  const live = await tx.row<{ number: number }>(sql`select i.number from billing.attempt_invoices a
    join billing.invoices i on i.tenant_id = ${tx.ctx.tenant.id} and i.id = a.invoice_id
    where a.tenant_id = ${tx.ctx.tenant.id} and a.invoice_id = any(${ids}::uuid[]) and a.is_live limit 1`);
  if (live) throw new PaymentUnderWay({ number: live.number });
  await tx.query(PaymentAttempt).insert({
    id: attempt.id,
    account_id: attempt.accountId,
    bill_group_id: attempt.billGroupId,
    amount_minor: attempt.parts.reduce((sum, { amount }) => sum + amount, 0),
    currency: attempt.currency,
    method_id: attempt.methodId,
    gateway_method: attempt.gatewayMethod,
    keep_method: attempt.keepMethod ?? false,
    auto_pay_mandate: attempt.autoPayMandate ?? null,
    described: attempt.described,
    off_session: attempt.offSession,
    because: attempt.because,
    cause: attempt.cause ?? null,
    created_by: attempt.createdBy ?? null,
    created_at: tx.ctx.clock.now(),
  });
  await tx
    .query(AttemptInvoice)
    .insert(attempt.parts.map(({ invoiceId, amount }) => ({ id: tx.ctx.newId(), attempt_id: attempt.id, invoice_id: invoiceId, amount_minor: amount })));
}

/** Throws ChargesStopped while the business, or the whole installation, charges nobody. */
export async function demandNoBrake(tx: Tx): Promise<void> {
  if (await tx.braked('charges')) throw new ChargesStopped();
}
