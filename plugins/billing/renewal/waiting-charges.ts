import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { askToPay } from './ask-to-pay.ts';
import { writeRenewalAttempts, type RenewalCharge } from './write-renewal-attempts.ts';

const TOGETHER = 500;

interface WaitingRow extends Omit<RenewalCharge, 'methodId' | 'gatewayMethod' | 'described'> {
  readonly methodId: Id | null;
  readonly gatewayMethod: string | null;
  readonly described: string | null;
  readonly owed: boolean;
  readonly dueOn: string;
  readonly description: string;
}

/**
 * The brake is off again: what is still owed, and by nobody being paid, is charged to the card that auto-pay stands on now;
 * who has none any more is asked to pay. Answers the batch; undefined when nothing waited.
 */
export async function takeUpWaiting(tx: Tx): Promise<Id | undefined> {
  const rows = await lockWaiting(tx);
  if (rows.length === 0) return undefined;
  const batch = tx.ctx.newId();
  await tx.run(sql`insert into billing.renewal_batches (id, opened_at, periods) values (${batch}, ${tx.ctx.clock.now()}::timestamptz, 0)`);
  const owed = rows.filter((row) => row.owed);
  await writeRenewalAttempts(tx, owed.filter(hasCard), batch);
  await askToPay(
    tx,
    owed.filter((row) => !hasCard(row)),
  );
  await tx.run(
    sql`delete from billing.waiting_charges where tenant_id = ${tx.ctx.tenant.id} and invoice_id = any(${rows.map(({ invoice }) => invoice)}::uuid[])`,
  );
  return batch;
}

const hasCard = (row: WaitingRow): row is WaitingRow & RenewalCharge => row.methodId !== null;

const lockWaiting = (tx: Tx): Promise<WaitingRow[]> => {
  const { tenant, clock } = tx.ctx;
  return tx.rows<WaitingRow>(sql`
    with waiting as materialized (
      select invoice_id from billing.waiting_charges where tenant_id = ${tenant.id} and since <= ${clock.now()}::timestamptz order by since, id limit ${TOGETHER} for update skip locked)
    select i.id as invoice, i.account_id as "accountId", i.bill_group_id as "billGroupId", i.currency, i.open_minor as total,
      i.due_on as "dueOn", coalesce(i.lines->0->>'description', '') as description,
      i.state = 'issued' and i.open_minor > 0 and not exists (select from billing.attempt_invoices l
        where l.tenant_id = ${tenant.id} and l.invoice_id = i.id and l.is_live) as owed,
      m.id as "methodId", m.gateway_method as "gatewayMethod", m.brand || ' ' || m.last_four as described
    from waiting w
    join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = w.invoice_id
    left join billing.bill_group_terms t on t.tenant_id = ${tenant.id} and t.bill_group_id = i.bill_group_id and t.auto_pay
    left join billing.payment_methods m on m.tenant_id = ${tenant.id} and m.id = t.default_method_id and m.removed_at is null
    order by i.id for update of i`);
};
