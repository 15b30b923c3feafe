import { NotFound, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** Whose statement it is, as its head says. Throws NotFound. */
export async function buyerOfAccount(tx: Tx, accountId: Id): Promise<{ readonly number: number; readonly name: string }> {
  const row = await tx.row<{ number: number; name: string }>(
    sql`select number, name from accounts.account_v1 where tenant_id = ${tx.ctx.tenant.id} and id = ${accountId}`,
  );
  if (!row) throw new NotFound();
  return row;
}
