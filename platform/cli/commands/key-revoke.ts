import { revokeKey } from '@portico/core';
import { NotFound } from '@portico/kit';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico key revoke --business S --id I`: ends an API key for good, of a user or of a lead source; repeated, nothing more. */
export const run: Command = async ({ argv, env }) => {
  const { business, id } = readFlags(argv, ['business', 'id']);
  return withCore(env, async (core) => {
    const context = core.systemContext(await businessOf(core, business), 'core');
    const unknown = new Error(`No key at ${business} has the id "${id}"; \`portico key list\` shows them.`);
    await revokeKey(context, id).catch((failure: unknown) => Promise.reject(failure instanceof NotFound ? unknown : failure));
    return { json: { business, id, revoked: true }, text: `${id} is revoked: requests with it are refused from now on.` };
  });
};
