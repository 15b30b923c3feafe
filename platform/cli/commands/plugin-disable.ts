import { switchPlugin } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, pluginOf, withCore } from '../with-core.ts';

/** `portico plugin disable P --business S`, or with `--plugin P`: every process of the installation sees it within 3 seconds. */
export const run: Command = async ({ argv, env }) => {
  const { business, plugin } = readFlags(argv, ['business', 'plugin'], [], 'plugin');
  return withCore(env, async (core) => {
    await switchPlugin(core.systemContext(await businessOf(core, business), 'core'), pluginOf(core, plugin).id, false);
    return { json: { business, plugin, enabled: false }, text: `${plugin} is off at ${business}.` };
  });
};
