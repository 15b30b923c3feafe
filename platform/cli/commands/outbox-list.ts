import { listParked } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico outbox list [--business S]`: events and mails that were given up after their tries. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, [], ['business']);
  return withCore(env, async (core) => {
    const tenants = business ? [await businessOf(core, business)] : await core.tenants.all();
    const json: object[] = [];
    for (const tenant of tenants) {
      const { data } = await listParked(core.systemContext(tenant, 'core'), { limit: 500, sort: '-since' });
      json.push(...data.map((row) => ({ business: tenant.slug, ...row })));
    }
    const lines = (json as { business: string; id: string; kind: string; name: string; pluginId: string; tries: number; lastError: string }[]).map(
      (row) => `${row.business}  ${row.id}  ${row.kind} ${row.name} → ${row.pluginId}, ${row.tries} tries: ${row.lastError}`,
    );
    return { json, text: lines.join('\n') || 'Nothing is parked.' };
  });
};
