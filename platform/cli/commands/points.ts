import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico points --business S`: every hook point and who is bound to it there, in the order in which they are asked. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, ['business']);
  return withCore(env, async (core) => {
    const on = await core.enablement.of((await businessOf(core, business)).id);
    const json = core.registry
      .points()
      .map(({ kind, name }) => ({
        kind,
        name,
        bound: core.registry
          .bound(kind, name)
          .map((one) => one.pluginId)
          .filter((id) => on.has(id)),
      }))
      .sort((x, y) => (x.name < y.name ? -1 : 1));
    return { json, text: json.map((row) => `${row.kind.padEnd(9)} ${row.name.padEnd(28)} ${row.bound.join(', ') || '–'}`).join('\n') };
  });
};
