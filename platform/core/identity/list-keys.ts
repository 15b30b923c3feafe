import type { Id, Instant } from '@portico/kit';
import { emptySql, sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';
import { holderOf, type KeyHolder } from './create-key.ts';

/** An API key as an operator sees it: never the key itself. `userName` for a person's, `sourceId` for a lead source's. */
export interface ListedKey {
  readonly id: Id;
  readonly name: string;
  readonly lastFour: string;
  readonly sourceId: Id | null;
  readonly userId: Id | null;
  readonly userName: string | null;
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

/** The API keys of a business, newest first, revoked ones too; with a holder, only those. Throws InvalidInput as `createKey`. */
export function listKeys(context: HostContext, holder?: KeyHolder): Promise<readonly ListedKey[]> {
  return context.inTenant(async (tx) => {
    const held = holder && (await holderOf(tx as HostTx, holder));
    const ofHolder = held ? sql`and (k.source_id = ${held.sourceId ?? null}::uuid or k.user_id = ${held.userId ?? null}::uuid)` : emptySql;
    return tx.rows<ListedKey>(sql`
      select k.id, k.name, k.last_four as "lastFour", k.source_id as "sourceId", k.user_id as "userId", u.name as "userName",
        k.created_at as "createdAt", k.revoked_at as "revokedAt"
      from portico.api_keys k left join portico.users u on u.tenant_id = k.tenant_id and u.id = k.user_id
      where k.tenant_id = ${context.tenant.id} ${ofHolder} order by k.created_at desc, k.id desc`);
  });
}
