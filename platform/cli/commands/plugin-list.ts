import { listPluginStates } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico plugin list [--business S]`: what is installed; with a business, what is on there. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, [], ['business']);
  return withCore(env, async (core) => {
    if (!business) {
      const json = core.registry.plugins.map(({ id, manifest, quarantined }) => ({ id, version: manifest.version, ...(quarantined ? { quarantined } : {}) }));
      return { json, text: json.map((row) => `${row.id.padEnd(24)} ${row.version}${row.quarantined ? `  set aside: ${row.quarantined}` : ''}`).join('\n') };
    }
    const states = await listPluginStates(core.systemContext(await businessOf(core, business), 'core'));
    return {
      json: states,
      text: states
        .map((row) => `${row.id.padEnd(24)} ${row.version}  ${row.quarantined ? `set aside: ${row.quarantined}` : row.enabled ? 'on' : 'off'}`)
        .join('\n'),
    };
  });
};
