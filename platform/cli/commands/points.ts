import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico points --business S`: every hook point and who is bound to it there, in the order in which they are asked; `*` is pinned. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, ['business']);
  return withCore(env, async (core) => {
    const { id } = await businessOf(core, business);
    await core.enablement.ready(id);
    const json = core.registry
      .points()
      .map(({ kind, name }) => {
        const bound = core.enablement.boundNow(id, kind, name).map(({ pluginId }) => pluginId);
        const pinned = core.enablement.pinnedNow(id, name).filter((pluginId) => bound.includes(pluginId));
        return { kind, name, bound, ...(pinned.length > 0 ? { pinned } : {}) };
      })
      .sort((x, y) => (x.name < y.name ? -1 : 1));
    const named = ({ bound, pinned }: (typeof json)[number]) =>
      bound.map((pluginId) => (pinned?.includes(pluginId) ? `${pluginId}*` : pluginId)).join(', ') || '–';
    return { json, text: json.map((row) => `${row.kind.padEnd(9)} ${row.name.padEnd(28)} ${named(row)}`).join('\n') };
  });
};
