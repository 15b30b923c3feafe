import { sql } from '@portico/kit/server';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';

/** `portico key create`: a key of a user (by login), or of a lead source (by id); shown once. */
export const run: Command = async ({ argv, env }) => {
  const flags = readFlags(argv, ['business'], ['source', 'user', 'name']);
  if (Boolean(flags.source) === Boolean(flags.user)) throw new Error('Give either --source or --user.');
  return withCore(env, async (core) => {
    const tenant = await businessOf(core, flags.business);
    const created = await core.systemContext(tenant, 'core').inTenant(async (tx) => {
      const login = flags.user?.trim().toLowerCase();
      const user = login ? await tx.row<{ id: string }>(sql`select id from portico.users where user_name_key = ${login} or email_key = ${login}`) : undefined;
      if (login && !user) throw new Error(`There is no user "${flags.user}" at ${tenant.name}.`);
      return tx.keys.create({ name: flags.name ?? 'Command line', ...(user ? { userId: user.id } : { sourceId: flags.source! }) });
    });
    return { json: { id: created.id, apiKey: created.key }, text: `${created.key}\nIt is shown this once.` };
  });
};
