import type { Id, Instant } from '@portico/kit';
import { sql, type Keys } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { newToken, tokenHash } from './tokens.ts';

/** Every key begins so: it is recognised in logs and by scanners of leaked secrets. */
const PREFIX = 'pk_';

interface KeyRow {
  readonly id: Id;
  readonly name: string;
  readonly last_four: string;
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
}

/** API keys inside a transaction (`tx.keys`). Only the hash is stored. */
export const keysIn = (tx: HostTx): Keys => ({
  async create({ name, sourceId, userId }) {
    const id = tx.ctx.newId();
    const key = PREFIX + newToken();
    await tx.run(sql`insert into portico.api_keys (id, name, key_hash, last_four, user_id, source_id, created_at)
      values (${id}, ${name}, ${tokenHash(key)}, ${key.slice(-4)}, ${userId ?? null}, ${sourceId ?? null}, ${tx.ctx.clock.now()})`);
    await tx.audit('portico.key-created', null, { keyId: id, sourceId, userId });
    return { id, key };
  },

  async revoke(id) {
    const revoked = await tx.run(sql`update portico.api_keys set revoked_at = ${tx.ctx.clock.now()} where id = ${id} and revoked_at is null`);
    if (revoked) await tx.audit('portico.key-revoked', null, { keyId: id });
  },

  async list({ sourceId, userId }) {
    const rows = await tx.rows<KeyRow>(sql`select id, name, last_four, created_at, revoked_at from portico.api_keys
      where source_id = ${sourceId ?? null}::uuid or user_id = ${userId ?? null}::uuid order by created_at desc, id desc`);
    return rows.map((row) => ({ id: row.id, name: row.name, lastFour: row.last_four, createdAt: row.created_at, revokedAt: row.revoked_at }));
  },
});
