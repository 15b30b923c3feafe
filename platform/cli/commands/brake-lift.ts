import { liftBrake, liftBrakeEverywhere, wakeAfterBrake } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { brakeOf, businessOf, withCore } from '../with-core.ts';

/** `portico brake lift --brake billing.charges [--business S]`: what waited goes on. A business's own brake stays when all are let go. */
export const run: Command = async ({ argv, env }) => {
  const { brake, business } = readFlags(argv, ['brake'], ['business']);
  return withCore(env, async (core) => {
    brakeOf(core, brake);
    if (business) await liftBrake(core.systemContext(await businessOf(core, business), 'core'), brake);
    else {
      await liftBrakeEverywhere(core.pool, core.registry, brake);
      for (const tenant of await core.tenants.all()) await wakeAfterBrake(core.systemContext(tenant, 'core'), brake);
    }
    return {
      json: { brake, business: business ?? null, pulled: false },
      text: `${brake} goes again ${business ? `at ${business}` : 'wherever nobody else stopped it'}.`,
    };
  });
};
