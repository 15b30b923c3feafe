import { z } from 'zod';
import { InvalidInput, type Id } from '@portico/kit';
import { keySources, sql, type Tx } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { union } from '../hooks/union.ts';

/** Whose key it becomes: a user's, by user name or e-mail address, or a lead source's, by id. */
export type KeyHolder = { readonly login: string } | { readonly sourceId: string };

/**
 * An operator makes a key for a user or for a lead source. The key is shown this once; a repeated call makes another.
 * Throws InvalidInput at `user` or `source` when there is no such one at this business.
 */
export function createKey(context: HostContext, name: string, holder: KeyHolder): Promise<{ id: Id; key: string }> {
  return context.inTenant(async (tx) => tx.keys.create({ name, ...(await holderOf(tx as HostTx, holder)) }));
}

/** The source or the user that is meant. Throws InvalidInput at `user` or `source` when there is none here. */
export const holderOf = async (tx: HostTx, holder: KeyHolder): Promise<{ readonly sourceId?: Id; readonly userId?: Id }> =>
  'sourceId' in holder ? { sourceId: await knownSource(tx, holder.sourceId) } : { userId: await userOf(tx, holder.login) };

async function knownSource(tx: HostTx, sourceId: string): Promise<Id> {
  const known = z.uuid().safeParse(sourceId).success && (await union(tx, keySources, { sourceId })).length > 0;
  if (!known) throw new InvalidInput({ source: { key: 'portico.problem.source-unknown' } });
  return sourceId;
}

async function userOf(tx: Tx, login: string): Promise<Id> {
  const key = login.trim().toLowerCase();
  const user = await tx.row<{ id: Id }>(sql`select id from portico.users where user_name_key = ${key} or email_key = ${key}`);
  if (!user) throw new InvalidInput({ user: { key: 'portico.problem.user-unknown' } });
  return user.id;
}
