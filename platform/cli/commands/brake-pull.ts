import { pullBrake, pullBrakeEverywhere } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { brakeOf, businessOf, withCore } from '../with-core.ts';

/** `portico brake pull --brake billing.charges --because "…" [--business S]`: at once, at one business or at every one. */
export const run: Command = async ({ argv, env }) => {
  const { brake, because, business } = readFlags(argv, ['brake', 'because'], ['business']);
  return withCore(env, async (core) => {
    brakeOf(core, brake);
    if (business) await pullBrake(core.systemContext(await businessOf(core, business), 'core'), brake, because);
    else await pullBrakeEverywhere(core.pool, core.registry, brake, because);
    return { json: { brake, business: business ?? null, pulled: true }, text: `${brake} is stopped ${business ? `at ${business}` : 'at every business'}.` };
  });
};
