import { advanceClock } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico clock --business S --advance P3D`: moves a business's clock forward and wakes its open processes. */
export const run: Command = async ({ argv, env }) => {
  const { business, advance } = readFlags(argv, ['business', 'advance']);
  return withCore(env, async (core) => {
    const moved = await advanceClock(core, await businessOf(core, business), advance).catch(tellDuration);
    return { json: { business, ...moved }, text: `It is ${moved.now} at ${business} now; ${moved.woken} open processes look at their rows.` };
  });
};

function tellDuration(failure: unknown): never {
  if (!(failure instanceof RangeError)) throw failure;
  throw new Error('--advance must be a duration of ISO 8601 that goes forward, such as P3D or PT48H.');
}
