import type { PageEntry } from '@portico/kit';
import { absentPages, type Actor, type Tenant } from '@portico/kit/server';
import { CORE } from '../context/host.ts';
import type { HostTx } from '../context/host-tx.ts';
import type { Core } from '../core.ts';
import { union } from '../hooks/union.ts';
import { realClock } from '../observe/real-clock.ts';

/** Whether a page is left out for a customer, although the plugin is on and the right is there. */
export type IsAbsent = (pluginId: string, page: Pick<PageEntry, 'area' | 'path'>) => boolean;

const KNOWN_MS = 3_000;
const MOST_KNOWN = 10_000;
const NONE: IsAbsent = () => false;
const known = new WeakMap<Core, Map<string, { isAbsent: Promise<IsAbsent>; until: number }>>();

/**
 * The pages that plugins leave out for the customer that somebody acts for; nothing is left out of the console. At most
 * three seconds old. A plugin that fails to answer leaves nothing out: its use cases refuse by themselves.
 */
export function absentFor(core: Core, tenant: Tenant, actor: Actor): Promise<IsAbsent> {
  const accountIds = actor.roles.flatMap(({ accountId }) => accountId ?? []);
  if (accountIds.length === 0 || core.registry.bound('union', absentPages.name).length === 0) return Promise.resolve(NONE);
  const ofCore = known.get(core) ?? new Map<string, { isAbsent: Promise<IsAbsent>; until: number }>();
  known.set(core, ofCore);
  const key = [tenant.id, ...accountIds].join(' ');
  const kept = ofCore.get(key);
  if (kept && kept.until > realClock.ms()) return kept.isAbsent;
  if (ofCore.size >= MOST_KNOWN) ofCore.clear();
  const isAbsent = askPlugins(core, tenant, accountIds);
  ofCore.set(key, { isAbsent, until: realClock.ms() + KNOWN_MS });
  return isAbsent;
}

async function askPlugins(core: Core, tenant: Tenant, accountIds: readonly string[]): Promise<IsAbsent> {
  try {
    const context = core.systemContext(tenant, CORE);
    const shares = await context.inTenant((tx) => union(tx as HostTx, absentPages, { accountIds: [...accountIds] }));
    const absent = new Set(shares.map(({ plugin, path }) => `${plugin}/${path}`));
    return (pluginId, { area, path }) => area === 'portal' && absent.has(`${pluginId}/${path}`);
  } catch (error) {
    core.log.error('which pages are absent could not be asked', { because: error instanceof Error ? error.message : String(error) });
    return NONE;
  }
}
