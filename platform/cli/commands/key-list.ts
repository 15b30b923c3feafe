import { listKeys, type ListedKey } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico key list --business S [--user L | --source I]`: API keys by their last four signs, revoked ones too, newest first. */
export const run: Command = async ({ argv, env }) => {
  const { business, source, user } = readFlags(argv, ['business'], ['source', 'user']);
  if (source && user) throw new Error('Give either --source or --user, or none of them.');
  return withCore(env, async (core) => {
    const context = core.systemContext(await businessOf(core, business), 'core');
    const json = await listKeys(context, source ? { sourceId: source } : user ? { login: user } : undefined);
    return { json, text: json.map(lineOf).join('\n') || 'There are no keys.' };
  });
};

const lineOf = (key: ListedKey): string =>
  `${key.id}  …${key.lastFour}  ${key.name}, of ${key.userName ?? `lead source ${key.sourceId}`}, ${key.revokedAt ? `revoked ${key.revokedAt}` : `made ${key.createdAt}`}`;
