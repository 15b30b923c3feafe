import { retryParked } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico outbox retry --business S --id I`: delivers a parked event or mail again, with the same id. */
export const run: Command = async ({ argv, env }) => {
  const { business, id } = readFlags(argv, ['business', 'id']);
  return withCore(env, async (core) => {
    await retryParked(core.systemContext(await businessOf(core, business), 'core'), id);
    return { json: { business, id, retried: true }, text: `${id} goes out again.` };
  });
};
