import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** The customer that a list is narrowed to, also when nothing of theirs is in it; null when it is not narrowed, or to nobody. */
export async function customerNamed(tx: Tx, accountId: Id | undefined): Promise<{ readonly accountId: Id; readonly name: string } | null> {
  if (!accountId) return null;
  const row = await tx.row<{ accountId: Id; name: string }>(
    sql`select id as "accountId", name from accounts.account_v1 where tenant_id = ${tx.ctx.tenant.id} and id = ${accountId}`,
  );
  return row ?? null;
}
