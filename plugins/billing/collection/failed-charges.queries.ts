import type { Id, Instant } from '@portico/kit';
import { emptySql, listQuery, sql, walkList, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { nextTry, type CollectionState, type LastRule } from '@portico/workflows/collection';
import { z } from 'zod';
import { declineReason } from '../payment/decline-words.ts';
import type { Amount } from '../plan/plan.queries.ts';
import { factsOf } from './collection-facts.ts';
import type { Collection, CollectionEnd } from './collection.model.ts';

/** A charge that failed, or that the bank has not answered, as staff look through them. */
export interface FailedCharge {
  readonly id: Id;
  readonly invoiceId: Id;
  readonly invoiceNumber: number;
  readonly accountId: Id;
  readonly account: string;
  /** What is still open of the invoice. */
  readonly open: Amount;
  readonly state: CollectionState;
  /** The bank's reason in a few plain words; null while it has not answered. */
  readonly because: string | null;
  readonly failedAt: Instant;
  readonly failures: number;
  readonly nextTryAt: Instant | null;
  readonly lastDayAt: Instant;
  readonly lastRule: LastRule;
  readonly endedBecause: CollectionEnd | null;
}

const STATES = ['declined', 'hard-declined', 'needs-customer', 'processing', 'unknown'] as const;

/** What a list of failed charges can be asked for: all that wait, unless a state or those that are `over` are asked for. */
export const ListFailedCharges = listQuery(['-failed', 'failed']).extend({
  state: z.enum([...STATES, 'over']).optional(),
  accountId: z.uuid().optional(),
});
export type ListFailedCharges = z.output<typeof ListFailedCharges>;

type Row = Collection & {
  readonly number: number;
  readonly account: string;
  readonly open_minor: number;
  readonly currency: string;
  readonly code: string | null;
  readonly may_charge: boolean;
  readonly sort_key: Instant;
};

/** The failed charges of the business, the newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listFailedCharges(tx: Tx, query: ListPlace & Pick<ListFailedCharges, 'state' | 'accountId'>): Promise<WalkedPage<FailedCharge>> {
  const { tenant, visible } = { tenant: tx.ctx.tenant, visible: tx.ctx.visible('manage', 'Payment', 'c') };
  const keyset = walkList<Row>({ key: sql`c.failed_at`, type: 'timestamptz' }, sql`c.id`, query);
  const rows =
    await tx.rows<Row>(sql`select c.*, i.number, a.name as account, case i.state when 'issued' then i.open_minor else 0 end as open_minor, i.currency,
      t.decline_code as code, c.failed_at as sort_key,
      exists (select from billing.bill_group_terms g
        join billing.payment_methods m on m.tenant_id = ${tenant.id} and m.id = g.default_method_id and m.removed_at is null
        where g.tenant_id = ${tenant.id} and g.bill_group_id = c.bill_group_id and g.auto_pay) as may_charge
    from (select c.* from billing.collections c where c.tenant_id = ${tenant.id} and ${visible} and ${stateIs(query.state)}
      ${query.accountId ? sql`and c.account_id = ${query.accountId}` : emptySql} and ${keyset.where} ${keyset.orderAndLimit}) c
    join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = c.invoice_id
    join accounts.account_v1 a on a.tenant_id = ${tenant.id} and a.id = c.account_id
    join billing.payment_attempts t on t.tenant_id = ${tenant.id} and t.id = c.attempt_id ${keyset.order}`);
  const { rows: data, nextCursor, previousCursor } = keyset.page(rows);
  return { data: data.map((row) => chargeOf(tx, row)), nextCursor, previousCursor };
}

function stateIs(state: ListFailedCharges['state']): Sql {
  if (state === 'over') return sql`c.ended_at is not null`;
  return sql`c.ended_at is null ${state ? sql`and c.state = ${state}` : emptySql}`;
}

const chargeOf = (tx: Tx, row: Row): FailedCharge => ({
  id: row.id,
  invoiceId: row.invoice_id,
  invoiceNumber: row.number,
  accountId: row.account_id,
  account: row.account,
  open: { amount: row.open_minor, currency: row.currency },
  state: row.state,
  because: row.failures > 0 ? declineReason(tx.ctx, row.code ?? 'other') : null,
  failedAt: row.failed_at,
  failures: row.failures,
  nextTryAt: nextTry(factsOf(tx, row, row.may_charge))?.at ?? null,
  lastDayAt: row.give_up_at,
  lastRule: row.last_rule,
  endedBecause: row.ended_because,
});
