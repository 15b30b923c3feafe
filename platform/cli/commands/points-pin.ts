import { pinPlugins } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico points pin --business S --point P --plugins a,b`: who comes first there; `--plugins ""` lets all stand by their ids. */
export const run: Command = async ({ argv, env }) => {
  const { business, point, plugins } = readFlags(argv, ['business', 'point', 'plugins'], [], undefined, ['plugins']);
  const pinned = plugins
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  return withCore(env, async (core) => {
    await pinPlugins(core.systemContext(await businessOf(core, business), 'core'), point, pinned);
    const first = pinned.length > 0 ? `${pinned.join(', ')} first` : 'nobody first';
    return { json: { business, point, pinned }, text: `At ${point} of ${business} comes ${first}; every process sees it within 3 seconds.` };
  });
};
