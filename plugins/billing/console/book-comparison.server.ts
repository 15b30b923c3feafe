import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { compareBooks } from '../reconciliation/compare-books.ts';

/** How the gateway and the books stand to each other at this moment; null while no gateway is connected. Changes nothing. */
export async function load(ctx: Ctx) {
  const compared = await compareBooks(ctx);
  if (!compared) return { compared: null };
  const names = await namesOf(ctx, [...new Set(compared.data.flatMap(({ accountId }) => accountId ?? []))]);
  const data = compared.data.map((one, at) => ({ ...one, key: String(at), account: one.accountId ? (names.get(one.accountId) ?? null) : null }));
  return { compared: { ...compared, data } };
}

async function namesOf(ctx: Ctx, accountIds: readonly Id[]): Promise<Map<Id, string>> {
  const rows = await ctx.inTenant((tx) =>
    tx.rows<{ id: Id; name: string }>(sql`select id, name from accounts.account_v1 where tenant_id = ${ctx.tenant.id} and id = any(${accountIds}::uuid[])`),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
