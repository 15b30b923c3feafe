import { brakesOf, readBrake } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico brake list [--business S]`: what the installed plugins let people stop, and how it stands at each business. */
export const run: Command = async ({ argv, env }) => {
  const { business } = readFlags(argv, [], ['business']);
  return withCore(env, async (core) => {
    const tenants = business ? [await businessOf(core, business)] : await core.tenants.all();
    const json = [];
    for (const tenant of tenants)
      for (const brake of brakesOf(core.registry)) {
        const pulled = await readBrake(core.systemContext(tenant, 'core'), brake);
        json.push({ business: tenant.slug, brake, pulled: pulled ?? null });
      }
    const lines = json.map(
      ({ business: slug, brake, pulled }) => `${slug}  ${brake}  ${pulled ? `stopped since ${pulled.since} (${pulled.on}): ${pulled.because}` : 'goes'}`,
    );
    return { json, text: lines.join('\n') || 'No plugin here has a brake.' };
  });
};
