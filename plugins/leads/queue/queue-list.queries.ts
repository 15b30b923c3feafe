import { NotFound, type Id, type Instant } from '@portico/kit';
import { emptySql, listQuery, sql, walkList, type Ctx, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import { QUEUE_STATES, type CallResult, type QueueState } from './queue-entry.model.ts';

/** An entry of the call queue as staff see it. */
export interface QueueEntryView {
  readonly id: Id;
  readonly leadId: Id;
  readonly name: string;
  readonly phone: string | null;
  readonly type: string;
  readonly town: string;
  readonly accountId: Id;
  readonly account: string;
  readonly subscriptionId: Id;
  readonly planId: Id | null;
  readonly state: QueueState;
  readonly queuedAt: Instant;
  /** It was withdrawn because the lead was returned; otherwise its plan was cancelled. */
  readonly returned: boolean;
  readonly result: CallResult | null;
  readonly note: string;
  readonly calledAt: Instant | null;
  readonly calledBy: string;
}

/** What the call queue can be asked for: those that wait, the oldest first, unless asked otherwise. */
export const ListQueue = listQuery(['queued', '-queued']).extend({
  state: z.enum(QUEUE_STATES, 'portico.problem.choice').optional(),
  plan: z.uuid().optional(),
  account: z.uuid().optional(),
});
export type ListQueue = z.output<typeof ListQueue>;

type Row = QueueEntryView & { readonly sort_key: Instant };

const select = (
  ctx: Ctx,
  from: Sql,
): Sql => sql`select e.id, e.lead_id as "leadId", l.name, l.phone, t.name as type, l.town, e.account_id as "accountId", a.name as account,
    e.subscription_id as "subscriptionId", e.plan_id as "planId", e.state, e.queued_at as "queuedAt", e.returned, e.result, e.note, e.called_at as "calledAt",
    e.called_by_name as "calledBy", e.queued_at as sort_key
  from (${from}) e
  join leads.leads l on l.tenant_id = ${ctx.tenant.id} and l.id = e.lead_id
  join leads.lead_types t on t.tenant_id = ${ctx.tenant.id} and t.id = l.lead_type_id
  join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = e.account_id`;

/** The call queue, one page. Throws InvalidInput at `cursor` or `before`. */
export async function listQueue(tx: Tx, query: ListPlace & Pick<ListQueue, 'state' | 'plan' | 'account'>): Promise<WalkedPage<QueueEntryView>> {
  const { ctx } = tx;
  const keyset = walkList<Row>({ key: sql`e.queued_at`, type: 'timestamptz' }, sql`e.id`, query);
  const from = sql`select e.* from leads.queue_entries e where e.tenant_id = ${ctx.tenant.id} and ${ctx.visible('call', 'QueueEntry', 'e')}
    and e.state = ${query.state ?? 'queued'} ${query.plan ? sql`and e.plan_id = ${query.plan}` : emptySql}
    ${query.account ? sql`and e.account_id = ${query.account}` : emptySql} and ${keyset.where} ${keyset.orderAndLimit}`;
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<Row>(sql`${select(ctx, from)} ${keyset.order}`));
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** One entry of the call queue. Throws NotFound. */
export async function readEntry(tx: Tx, entryId: Id): Promise<QueueEntryView> {
  const { ctx } = tx;
  const row = await tx.row<Row>(
    select(
      ctx,
      sql`select e.* from leads.queue_entries e where e.tenant_id = ${ctx.tenant.id} and e.id = ${entryId} and ${ctx.visible('call', 'QueueEntry', 'e')}`,
    ),
  );
  if (!row) throw new NotFound();
  const { sort_key: _, ...entry } = row;
  return entry;
}

const MOST_CUSTOMERS = 200;

/** The customers who have leads in the call queue, by name, for its filter: the first 200, and the one that is asked for. */
export const customersInQueue = (tx: Tx, asked?: Id): Promise<{ value: Id; label: string }[]> =>
  tx.rows(sql`(select a.id as value, a.name as label from accounts.account_v1 a
      where a.tenant_id = ${tx.ctx.tenant.id} and exists (select from leads.queue_entries e where e.tenant_id = ${tx.ctx.tenant.id} and e.account_id = a.id)
      order by a.name, a.id limit ${MOST_CUSTOMERS})
    union select a.id, a.name from accounts.account_v1 a where a.tenant_id = ${tx.ctx.tenant.id} and a.id = ${asked ?? null}::uuid
    order by label, value`);
