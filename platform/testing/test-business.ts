import { advanceClock, lookAtClock, openRelay, performStep, whatNext, workBatch, type Core, type CreatedTenant, type HostContext } from '@portico/core';
import type { Id, Instant } from '@portico/kit';
import { core as coreKey, sql, type Actor, type Ctx, type Role, type Tenant } from '@portico/kit/server';

/** A mail as it stands in the outbox. */
export interface QueuedMail {
  readonly id: Id;
  readonly template: string;
  readonly plugin_id: string;
  readonly user_id: Id;
  readonly data: Readonly<Record<string, unknown>>;
  readonly state: string;
}

/** One business of a test portal. */
export interface TestBusiness {
  readonly tenant: Tenant;
  readonly ownerId: Id;
  readonly login: string;
  readonly password: string;
  /** A context in which this user acts, with the roles that the user has now. */
  ctxOf(user: Id | 'owner', pluginId: string): Promise<Ctx>;
  /** A context in which the product itself acts. */
  systemCtx(pluginId: string): HostContext;
  /** A context of a key of a lead source. */
  sourceCtx(sourceId: Id, pluginId: string): Promise<Ctx>;
  /** Moves the business clock (ISO 8601 duration); open processes are woken. */
  advance(duration: string): Promise<Instant>;
  /** Carries out what transactions promised to other plugins: every event due now, until none is left. */
  settleEvents(): Promise<void>;
  /** Follows every open process as its workflow would, without Temporal, until each waits or is done. */
  settleProcesses(): Promise<void>;
  /** Failures of a plugin here, as the console counts them. */
  failuresOf(pluginId: string): Promise<number>;
  /** Mails in the outbox, oldest first. */
  mails(): Promise<readonly QueuedMail[]>;
}

/** Wraps a created business. */
export function testBusiness(core: Core, created: CreatedTenant): TestBusiness {
  const { tenant } = created;
  const systemCtx = (pluginId: string) => core.systemContext(tenant, pluginId);
  const inTenant = <T>(work: Parameters<HostContext['inTenant']>[0]) => systemCtx('core').inTenant(work) as Promise<T>;
  return {
    tenant,
    ownerId: created.ownerId,
    login: created.login,
    password: created.password,
    systemCtx,
    async ctxOf(user, pluginId) {
      const id = user === 'owner' ? created.ownerId : user;
      const roles = await rolesOf(core, tenant, id);
      const works = roles.some((role) => role.role === 'owner' || role.role === 'staff');
      return primed(core, tenant, { kind: works ? 'staff' : 'user', id, name: 'Test user', roles }, pluginId);
    },
    sourceCtx: (sourceId, pluginId) => primed(core, tenant, { kind: 'key', id: sourceId, name: 'Test source', roles: [], sourceId }, pluginId),
    advance: async (duration) => (await advanceClock(core, tenant, duration)).now,
    settleEvents: () => settleEvents(core),
    async settleProcesses() {
      const followed = new Set<Id>();
      const more = async () => {
        const open = await inTenant<{ id: Id; kind: string }[]>((tx) =>
          tx.rows(sql`select id, kind from portico.processes where ended_at is null order by id`),
        );
        return open.filter(({ id }) => !followed.has(id));
      };
      // what begins while others are followed is followed too
      for (let open = await more(); open.length > 0; open = await more())
        for (const { id, kind } of open) {
          followed.add(id);
          await (core.registry.process(kind)?.clock ? followClock : follow)(systemCtx('core'), id);
        }
    },
    async failuresOf(pluginId) {
      await core.failures.flush();
      return (await systemCtx('core').use(coreKey).plugins()).find(({ id }) => id === pluginId)!.failures;
    },
    mails: () =>
      inTenant<QueuedMail[]>((tx) => tx.rows<QueuedMail>(sql`select id, template, plugin_id, user_id, data, state from portico.mails order by created_at, id`)),
  };
}

// As in a request, the clock is known before the first own transaction.
async function primed(core: Core, tenant: Tenant, actor: Actor, pluginId: string): Promise<Ctx> {
  const ctx = core.contextFor({ tenant, actor, pluginId });
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
}

async function rolesOf(core: Core, tenant: Tenant, userId: Id): Promise<readonly Role[]> {
  const api = core.systemContext(tenant, 'core').use({ pluginId: 'core' }) as unknown as { rolesOf(userId: Id): Promise<readonly Role[]> };
  return api.rolesOf(userId);
}

async function settleEvents(core: Core): Promise<void> {
  const relay = openRelay(core, {});
  while ((await relay.round()) > 0);
}

const MOST_TURNS = 60;

async function follow(context: HostContext, processId: Id): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const next = await whatNext(context, processId);
    if (!('do' in next)) return;
    await performStep(context, processId, next.do);
  }
  throw new Error(`process ${processId} did not come to rest within ${MOST_TURNS} turns`);
}

async function followClock(context: HostContext, processId: Id): Promise<void> {
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    if (!('work' in (await lookAtClock(context, processId)))) return;
    await workBatch(context, processId, () => undefined);
  }
  throw new Error(`clock ${processId} did not come to rest within ${MOST_TURNS} batches`);
}
