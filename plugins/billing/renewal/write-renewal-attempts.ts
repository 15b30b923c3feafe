import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** An invoice that the clock charges to the card that auto-pay stands on. */
export interface RenewalCharge {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly currency: string;
  readonly invoice: Id;
  /** Minor units. */
  readonly total: number;
  readonly methodId: Id;
  readonly gatewayMethod: string;
  readonly described: string;
}

/** Writes the tries of a batch down, before the gateway hears of them: two statements for any number. The caller has asked for the brake. */
export async function writeRenewalAttempts(tx: Tx, charges: readonly RenewalCharge[], batch: Id): Promise<void> {
  if (charges.length === 0) return;
  const rows = charges.map((charge) => ({ ...charge, id: tx.ctx.newId(), part: tx.ctx.newId() }));
  const from = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as a(id uuid, part uuid, "accountId" uuid, "billGroupId" uuid, currency text, total bigint, invoice uuid,
    "methodId" uuid, "gatewayMethod" text, described text)`;
  await tx.run(sql`insert into billing.payment_attempts (id, account_id, bill_group_id, amount_minor, currency, method_id, gateway_method, described, off_session, because, batch_id, created_at)
    select a.id, a."accountId", a."billGroupId", a.total, a.currency, a."methodId", a."gatewayMethod", a.described, true, 'renewal', ${batch}::uuid, ${tx.ctx.clock.now()}::timestamptz from ${from}`);
  await tx.run(sql`insert into billing.attempt_invoices (id, attempt_id, invoice_id, amount_minor) select a.part, a.id, a.invoice, a.total from ${from}`);
}
