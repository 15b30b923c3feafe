import { createKey } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico key create`: a key of a user (by login), or of a lead source (by id); shown once. */
export const run: Command = async ({ argv, env }) => {
  const { business, source, user, name } = readFlags(argv, ['business'], ['source', 'user', 'name']);
  if (Boolean(source) === Boolean(user)) throw new Error('Give either --source or --user.');
  return withCore(env, async (core) => {
    const context = core.systemContext(await businessOf(core, business), 'core');
    const created = await createKey(context, name ?? 'Command line', source ? { sourceId: source } : { login: user! });
    return { json: { id: created.id, apiKey: created.key }, text: `${created.key}\nIt is shown this once.` };
  });
};
