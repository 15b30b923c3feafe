import type { Id, Instant } from '@portico/kit';
import {
  emptySql,
  sql,
  walkList,
  type AuditRecord,
  type ListPlace,
  type ParkedDelivery,
  type ProcessQuery,
  type ProcessRecord,
  type SortKey,
  type Sql,
  type WalkedPage,
} from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { workflowIdOf } from '../processes/wake.ts';

/** Rows of one of the lists below, in the order of a time, walked by cursor. */
async function listByTime<Row extends { id: Id; sort_key: string }, Record>(
  context: HostContext,
  place: ListPlace,
  list: { readonly key: SortKey; readonly id: Sql; statement(keyset: { where: Sql; orderAndLimit: Sql }): Sql; record(row: Row): Record },
): Promise<WalkedPage<Record>> {
  const keyset = walkList<Row>(list.key, list.id, place);
  const found = await context.inTenant((tx) => tx.rows<Row>(list.statement(keyset)));
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map((row) => list.record(row)), nextCursor, previousCursor };
}

interface ParkedRow {
  readonly id: Id;
  readonly kind: 'event' | 'mail';
  readonly state: 'parked' | 'resting';
  readonly name: string;
  readonly plugin_id: string;
  readonly tries: number;
  readonly last_error: string | null;
  readonly sort_key: Instant;
}

/**
 * Events and mails that were given up after their tries, and events that rest because their plugin is off, by the time they
 * were written. Newest first with `-since`.
 */
export const listParked = (context: HostContext, place: ListPlace): Promise<WalkedPage<ParkedDelivery>> =>
  listByTime<ParkedRow, ParkedDelivery>(context, place, {
    key: { key: sql`created_at`, type: 'timestamptz' },
    id: sql`id`,
    // each part by its own index: no more rows than one page needs are looked at
    statement: (keyset) => sql`
      select * from (
        (${eventsIn('parked', context, keyset)})
        union all
        (${eventsIn('resting', context, keyset)})
        union all
        (select id, 'mail', state, template, plugin_id, tries, last_error, created_at, created_at from portico.mails
          where tenant_id = ${context.tenant.id} and state = 'parked' and ${keyset.where} ${keyset.orderAndLimit})) parked
      ${keyset.orderAndLimit}`,
    record: (row) => ({
      id: row.id,
      kind: row.kind,
      state: row.state,
      name: row.name,
      pluginId: row.plugin_id,
      tries: row.tries,
      lastError: row.last_error ?? '',
      createdAt: row.sort_key,
    }),
  });

const eventsIn = (state: 'parked' | 'resting', { tenant }: HostContext, { where, orderAndLimit }: { where: Sql; orderAndLimit: Sql }): Sql => sql`
  select id, 'event' as kind, state, point as name, plugin_id, tries, last_error, created_at, created_at as sort_key from portico.event_deliveries
  where tenant_id = ${tenant.id} and state = ${state} and ${where} ${orderAndLimit}`;

interface ProcessRow {
  readonly id: Id;
  readonly kind: string;
  readonly plugin_id: string;
  readonly subject: Id;
  readonly state: 'live' | 'stuck' | 'ended';
  readonly next_step: string | null;
  readonly next_at: Instant | null;
  readonly outcome: string | null;
  readonly stuck_because: string | null;
  readonly sort_key: Instant;
  readonly ended_at: Instant | null;
}

/** Processes of the business by the time they began, of one state only when it is given. */
export const listProcesses = (context: HostContext, query: ProcessQuery): Promise<WalkedPage<ProcessRecord>> =>
  listByTime<ProcessRow, ProcessRecord>(context, query, {
    key: { key: sql`started_at`, type: 'timestamptz' },
    id: sql`id`,
    statement: ({ where, orderAndLimit }) => sql`
      select id, kind, plugin_id, subject, state, next_step, next_at, outcome, stuck_because, started_at as sort_key, ended_at from portico.processes
      where tenant_id = ${context.tenant.id} ${query.state ? sql`and state = ${query.state}` : emptySql} and ${NO_IDLE_CLOCK} and ${where}
      ${orderAndLimit}`,
    record: (row) => processRecord(context, row),
  });

// A clock (its subject is the business itself) that goes as it should is nothing that anybody waits for; one in trouble is.
const NO_IDLE_CLOCK = sql`(subject <> tenant_id or state = 'stuck' or stuck_because is not null)`;

const processRecord = (context: HostContext, row: ProcessRow): ProcessRecord => {
  const { temporal } = context.host.config;
  const id = encodeURIComponent(workflowIdOf(context.tenant.id, row.kind, row.id));
  const resting = row.state === 'live' && !context.host.enablement.isOnNow(context.tenant.id, row.plugin_id);
  return {
    id: row.id,
    kind: row.kind,
    pluginId: row.plugin_id,
    subject: row.subject,
    state: resting ? 'resting' : row.state,
    nextStep: row.next_step,
    nextAt: row.next_at,
    outcome: row.outcome,
    stuckBecause: row.stuck_because,
    startedAt: row.sort_key,
    endedAt: row.ended_at,
    temporalUrl: temporal?.ui ? `${temporal.ui}/namespaces/${temporal.namespace}/workflows/${id}` : null,
  };
};

interface AuditRow {
  readonly id: Id;
  readonly actor_name: string;
  readonly actor_kind: string;
  readonly what: string;
  readonly before: object | null;
  readonly after: object | null;
  readonly sort_key: Instant;
}

/** The audit log by time. */
export const listAudit = (context: HostContext, place: ListPlace): Promise<WalkedPage<AuditRecord>> =>
  listByTime<AuditRow, AuditRecord>(context, place, {
    key: { key: sql`at`, type: 'timestamptz' },
    id: sql`id`,
    statement: ({ where, orderAndLimit }) => sql`
      select id, actor_name, actor_kind, what, before, after, at as sort_key from portico.audit_log
      where tenant_id = ${context.tenant.id} and ${where}
      ${orderAndLimit}`,
    record: (row) => ({
      id: row.id,
      at: row.sort_key,
      actorName: row.actor_name,
      actorKind: row.actor_kind,
      what: row.what,
      before: row.before,
      after: row.after,
    }),
  });
