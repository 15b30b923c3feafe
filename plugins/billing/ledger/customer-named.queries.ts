import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** A customer as heads and crumbs name it. */
export interface NamedCustomer {
  readonly accountId: Id;
  readonly number: number;
  readonly name: string;
}

/** The customer of this id, also one of whom nothing is listed yet; null for none, and for an id that is nobody's. */
export async function customerNamed(tx: Tx, accountId: Id | undefined): Promise<NamedCustomer | null> {
  if (!accountId) return null;
  const row = await tx.row<NamedCustomer>(
    sql`select id as "accountId", number, name from accounts.account_v1 where tenant_id = ${tx.ctx.tenant.id} and id = ${accountId}`,
  );
  return row ?? null;
}
