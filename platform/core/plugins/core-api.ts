import { z } from 'zod';
import { InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, userRoles, type CoreApi } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { dueNow } from '../dispatch/due-work.ts';
import { union } from '../hooks/union.ts';
import { hashPassword, passwordFits } from '../identity/passwords.ts';
import { endSessions } from '../identity/users.ts';
import { brandingOf, saveBranding } from '../tenancy/branding.ts';
import { saveTenant, zoneOf } from '../tenancy/save-tenant.ts';
import { liftBrake, pullBrake, readBrake } from './brakes.ts';
import { listAudit, listParked, listProcesses } from './list-operations.ts';
import { listPluginStates, switchPlugin } from './switch-plugin.ts';
import { saveSettings, settingsFormOf } from './settings.ts';

/** What the core offers to plugins, for one context: `ctx.use(core)`. Rights are asked by the caller. */
export const coreApi = (context: HostContext): CoreApi => ({
  branding: () => brandingOf(context),
  saveBranding: (changes) => saveBranding(context, changes),
  saveTenant: (changes) => saveTenant(context, changes),
  zone: () => zoneOf(context),
  plugins: () => listPluginStates(context),
  switchPlugin: (pluginId, on) => switchPlugin(context, pluginId, on),
  settingsOf: (pluginId) => settingsFormOf(context, pluginId),
  saveSettings: (pluginId, values) => saveSettings(context, pluginId, values),
  parked: (place) => listParked(context, place),
  retryParked: (id) => retryParked(context, id),
  processes: (query) => listProcesses(context, query),
  wakeProcess: (id) => wakeOne(context, id),
  brake: (brake) => readBrake(context, brake),
  pullBrake: (brake, because) => pullBrake(context, brake, because),
  liftBrake: (brake) => liftBrake(context, brake),
  audit: (place) => listAudit(context, place),
  changeOwnPassword: (current, password) => changeOwnPassword(context, current, password),
  passwordFits: (userId, password) => passwordOfUserFits(context, userId, password),
  rolesOf: (userId) => context.inTenant((tx) => union(tx as HostTx, userRoles, { userId })),
});

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

async function wakeOne(context: HostContext, id: Id): Promise<void> {
  await context.inTenant(async (tx) => {
    const live = await tx.run(sql`update portico.processes set state = 'live', last_turn = null, stuck_because = null where id = ${id} and ended_at is null`);
    if (!live) throw new NotFound();
    await dueNow(tx as HostTx, 'wake', id);
  });
}

/** As a sign-in: the tries of both count together, so that a link gives nobody further guesses. */
async function passwordOfUserFits(context: HostContext, userId: Id, password: string): Promise<boolean> {
  const { login } = context.host.limits;
  const user = await context.inTenant((tx) =>
    tx.row<{ password_hash: string | null; login: string }>(
      sql`select password_hash, coalesce(email_key, user_name_key) as login from portico.users where tenant_id = ${context.tenant.id} and id = ${userId} and enabled`,
    ),
  );
  const who = user?.login ?? userId;
  await login.count(context.tenant, who);
  try {
    const fits = await passwordFits(user?.password_hash, password);
    if (fits) await login.forget(context.tenant, who);
    return fits;
  } catch (error) {
    await login.forgive(context.tenant, who); // nobody's password was looked at: that costs nobody a try
    throw error;
  }
}

const Passwords = z.object({ current: z.string().min(1), password: z.string().min(1) });

async function changeOwnPassword(context: HostContext, current: string, password: string): Promise<void> {
  if (!Passwords.safeParse({ current, password }).success) throw new InvalidInput({ [current ? 'password' : 'current']: { key: 'portico.problem.required' } });
  const { id } = context.actor;
  const { ownPassword } = context.host.limits;
  await ownPassword.count(context.tenant, id);
  const user = await context.inTenant((tx) => tx.row<{ password_hash: string | null }>(sql`select password_hash from portico.users where id = ${id}`));
  if (!(await passwordFits(user?.password_hash, current))) throw new InvalidInput({ current: { key: 'portico.problem.password-wrong' } });
  await ownPassword.forget(context.tenant, id);
  const passwordHash = await hashPassword(password, [context.tenant.name, context.tenant.slug]);
  await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    await tx.run(sql`update portico.users set password_hash = ${passwordHash}, must_change_password = false where id = ${id}`);
    // every other browser is signed out; this one goes on
    await endSessions(tx, id, context.actor.sessionId);
    await tx.audit('portico.password-changed', null, { userId: id });
  });
}
