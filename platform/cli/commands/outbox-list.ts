import { listParked, type HostContext } from '@portico/core';
import type { ParkedDelivery, WalkedPage } from '@portico/kit/server';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

const PAGE = 500;

/** `portico outbox list [--business S]`: events and mails that were given up after their tries, and events that rest. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, [], ['business']);
  return withCore(env, async (core) => {
    const tenants = business ? [await businessOf(core, business)] : await core.tenants.all();
    const json: ListedDelivery[] = [];
    for (const tenant of tenants) {
      for await (const row of everyParked(core.systemContext(tenant, 'core'))) json.push({ business: tenant.slug, ...row });
    }
    const lines = json.map((row) => `${row.business}  ${row.id}  ${row.kind} ${row.name} → ${row.pluginId}, ${stateText(row)}`);
    return { json, text: lines.join('\n') || 'Nothing is parked, and nothing rests.' };
  });
};

type ListedDelivery = ParkedDelivery & { readonly business: string };

const stateText = ({ state, tries, lastError }: ParkedDelivery): string =>
  state === 'resting' ? 'rests until the plugin is on again' : `${tries} tries: ${lastError}`;

/** Page by page, newest first: whoever counts what is parked must not be told of the first page alone. */
async function* everyParked(context: HostContext): AsyncGenerator<ParkedDelivery> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: WalkedPage<ParkedDelivery> = await listParked(context, { limit: PAGE, sort: '-since', ...(cursor ? { cursor } : {}) });
    yield* page.data;
    cursor = page.nextCursor;
  }
}
