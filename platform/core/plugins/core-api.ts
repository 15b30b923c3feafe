import { z } from 'zod';
import { InvalidInput, NotFound, type Id, type Instant } from '@portico/kit';
import { sql, userRoles, type AuditRecord, type CoreApi, type ListPage, type ParkedDelivery, type ProcessRecord } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { dueNow } from '../dispatch/due-work.ts';
import { union } from '../hooks/union.ts';
import { hashPassword, passwordFits } from '../identity/passwords.ts';
import { endSessions } from '../identity/users.ts';
import { workflowIdOf } from '../processes/wake.ts';
import { brandingOf, saveBranding } from '../tenancy/branding.ts';
import { saveTenant } from '../tenancy/save-tenant.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { listPluginStates, switchPlugin } from './switch-plugin.ts';
import { saveSettings, settingsFormOf } from './settings.ts';

/** What the core offers to plugins, for one context: `ctx.use(core)`. Rights are asked by the caller. */
export const coreApi = (context: HostContext): CoreApi => ({
  branding: () => brandingOf(context),
  saveBranding: (changes) => saveBranding(context, changes),
  saveTenant: (changes) => saveTenant(context, changes),
  plugins: () => listPluginStates(context),
  switchPlugin: (pluginId, on) => switchPlugin(context, pluginId, on),
  settingsOf: (pluginId) => settingsFormOf(context, pluginId),
  saveSettings: (pluginId, values) => saveSettings(context, pluginId, values),
  parked: () => listParked(context),
  retryParked: (id) => retryParked(context, id),
  processes: (query) => listProcesses(context, query),
  wakeProcess: (id) => wakeOne(context, id),
  audit: (query) => listAudit(context, query),
  changeOwnPassword: (current, password) => changeOwnPassword(context, current, password),
  rolesOf: (userId) => context.inTenant((tx) => union(tx as HostTx, userRoles, { userId })),
});

interface ParkedRow {
  readonly id: Id;
  readonly kind: 'event' | 'mail';
  readonly name: string;
  readonly plugin_id: string;
  readonly tries: number;
  readonly last_error: string | null;
  readonly created_at: Instant;
}

/** Events and mails that were given up, newest first; at most 500. */
export async function listParked(context: HostContext): Promise<readonly ParkedDelivery[]> {
  const rows = await context.inTenant((tx) =>
    tx.rows<ParkedRow>(sql`
      select * from (select id, 'event' as kind, point as name, plugin_id, tries, last_error, created_at from portico.event_deliveries where state = 'parked' order by created_at desc limit 500) e
      union all
      select * from (select id, 'mail', template, plugin_id, tries, last_error, created_at from portico.mails where state = 'parked' order by created_at desc limit 500) m
      order by created_at desc limit 500`),
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    pluginId: row.plugin_id,
    tries: row.tries,
    lastError: row.last_error ?? '',
    createdAt: row.created_at,
  }));
}

/** Sends a parked event or mail out again, with the same id and its tries counted anew. Throws NotFound. */
export async function retryParked(context: HostContext, id: Id): Promise<void> {
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const event = await tx.run(sql`update portico.event_deliveries set state = 'waiting', tries = 0 where id = ${id} and state = 'parked'`);
    const mail = event ? 0 : await tx.run(sql`update portico.mails set state = 'waiting', tries = 0 where id = ${id} and state = 'parked'`);
    if (!event && !mail) throw new NotFound();
    await dueNow(tx, event ? 'event' : 'mail', id);
    await tx.audit('portico.delivery-retried', null, { id });
  });
}

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
  readonly started_at: Instant;
  readonly ended_at: Instant | null;
}

async function listProcesses(
  context: HostContext,
  query: { state?: 'live' | 'stuck' | 'ended'; cursor?: string; limit?: number },
): Promise<ListPage<ProcessRecord>> {
  const limit = Math.min(query.limit ?? 50, 100);
  const after = readCursor(query.cursor);
  const rows = await context.inTenant((tx) =>
    tx.rows<ProcessRow>(sql`select id, kind, plugin_id, subject, state, next_step, next_at, outcome, stuck_because, started_at, ended_at from portico.processes
      where tenant_id = ${context.tenant.id} and (${query.state ?? null}::text is null or state = ${query.state ?? null})
        and (${after?.id ?? null}::uuid is null or id < ${after?.id ?? null}::uuid)
      order by id desc limit ${limit + 1}`),
  );
  return pageOf(rows, limit, (row) => processRecord(context, row));
}

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
    startedAt: row.started_at,
    endedAt: row.ended_at,
    temporalUrl: temporal?.ui ? `${temporal.ui}/namespaces/${temporal.namespace}/workflows/${id}` : null,
  };
};

function pageOf<Row extends { id: Id }, Out>(rows: readonly Row[], limit: number, out: (row: Row) => Out): ListPage<Out> {
  const shown = rows.slice(0, limit);
  return { data: shown.map(out), nextCursor: rows.length > limit ? writeCursor({ id: shown.at(-1)!.id }) : null };
}

async function wakeOne(context: HostContext, id: Id): Promise<void> {
  await context.inTenant(async (tx) => {
    const live = await tx.run(sql`update portico.processes set state = 'live', last_turn = null, stuck_because = null where id = ${id} and ended_at is null`);
    if (!live) throw new NotFound();
    await dueNow(tx as HostTx, 'wake', id);
  });
}

interface AuditRow {
  readonly id: Id;
  readonly at: Instant;
  readonly actor_name: string;
  readonly actor_kind: string;
  readonly what: string;
  readonly before: object | null;
  readonly after: object | null;
}

async function listAudit(context: HostContext, query: { cursor?: string; limit?: number }): Promise<ListPage<AuditRecord>> {
  const limit = Math.min(query.limit ?? 50, 100);
  const after = readCursor(query.cursor);
  const rows = await context.inTenant((tx) =>
    tx.rows<AuditRow>(sql`select id, at, actor_name, actor_kind, what, before, after from portico.audit_log
      where tenant_id = ${context.tenant.id} and (${after?.id ?? null}::uuid is null or id < ${after?.id ?? null}::uuid) order by id desc limit ${limit + 1}`),
  );
  return pageOf(rows, limit, (row) => ({
    id: row.id,
    at: row.at,
    actorName: row.actor_name,
    actorKind: row.actor_kind,
    what: row.what,
    before: row.before,
    after: row.after,
  }));
}

const Passwords = z.object({ current: z.string().min(1), password: z.string().min(1) });

async function changeOwnPassword(context: HostContext, current: string, password: string): Promise<void> {
  if (!Passwords.safeParse({ current, password }).success) throw new InvalidInput({ [current ? 'password' : 'current']: { key: 'portico.problem.required' } });
  const { id } = context.actor;
  const user = await context.inTenant((tx) => tx.row<{ password_hash: string | null }>(sql`select password_hash from portico.users where id = ${id}`));
  if (!(await passwordFits(user?.password_hash, current))) throw new InvalidInput({ current: { key: 'portico.problem.password-wrong' } });
  const passwordHash = await hashPassword(password, [context.tenant.name, context.tenant.slug]);
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    await tx.run(sql`update portico.users set password_hash = ${passwordHash}, must_change_password = false where id = ${id}`);
    // every other browser is signed out; this one goes on
    await endSessions(tx, id, context.actor.sessionId);
    await tx.audit('portico.password-changed', null, { userId: id });
  });
}
