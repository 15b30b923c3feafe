import { retryParked } from '@portico/core';
import { NotFound } from '@portico/kit';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico outbox retry --business S --id I`: delivers a parked event or mail again, with the same id. */
export const run: Command = async ({ argv, env }) => {
  const { business, id } = readFlags(argv, ['business', 'id']);
  return withCore(env, async (core) => {
    const context = core.systemContext(await businessOf(core, business), 'core');
    const unknown = new Error(`Nothing that is parked at ${business} has the id "${id}".`);
    if (!isId(id)) throw unknown;
    await retryParked(context, id).catch((failure: unknown) => Promise.reject(failure instanceof NotFound ? unknown : failure));
    return { json: { business, id, retried: true }, text: `${id} goes out again.` };
  });
};

const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
