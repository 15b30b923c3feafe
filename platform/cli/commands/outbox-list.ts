import { listParked, type HostContext } from '@portico/core';
import type { ParkedDelivery, WalkedPage } from '@portico/kit/server';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

const PAGE = 500;

/** `portico outbox list [--business S]`: events and mails that were given up after their tries. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, [], ['business']);
  return withCore(env, async (core) => {
    const tenants = business ? [await businessOf(core, business)] : await core.tenants.all();
    const json: object[] = [];
    for (const tenant of tenants) {
      for await (const row of everyParked(core.systemContext(tenant, 'core'))) json.push({ business: tenant.slug, ...row });
    }
    const lines = (json as { business: string; id: string; kind: string; name: string; pluginId: string; tries: number; lastError: string }[]).map(
      (row) => `${row.business}  ${row.id}  ${row.kind} ${row.name} → ${row.pluginId}, ${row.tries} tries: ${row.lastError}`,
    );
    return { json, text: lines.join('\n') || 'Nothing is parked.' };
  });
};

/** Page by page, newest first: whoever counts what is parked must not be told of the first page alone. */
async function* everyParked(context: HostContext): AsyncGenerator<ParkedDelivery> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: WalkedPage<ParkedDelivery> = await listParked(context, { limit: PAGE, sort: '-since', ...(cursor ? { cursor } : {}) });
    yield* page.data;
    cursor = page.nextCursor;
  }
}
