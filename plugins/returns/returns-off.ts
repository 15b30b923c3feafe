import type { Id } from '@portico/kit';
import { absentPages, sql, type Tx } from '@portico/kit/server';

/**
 * Whether returns are off for customers: they have orders, none of which takes leads back, and never asked for a return
 * . Without any order nothing is said yet.
 */
export async function areReturnsOff(tx: Tx, accountIds: readonly Id[]): Promise<boolean> {
  const { id } = tx.ctx.tenant;
  const accounts = sql`any(${[...accountIds]}::uuid[])`;
  const row = await tx.row<{ off: boolean }>(sql`
    select exists (select from leads.lead_order_v1 o where o.tenant_id = ${id} and o.account_id = ${accounts})
      and not exists (select from leads.lead_order_v1 o where o.tenant_id = ${id} and o.account_id = ${accounts} and o.accepts_returns)
      and not exists (select from returns.lead_returns r where r.tenant_id = ${id} and r.account_id = ${accounts}) as off`);
  return row?.off ?? false;
}

/** The Returns screen and its menu entry are not there for a customer whose returns are off. */
export const noReturnsPage = absentPages.answer(async (tx, { accountIds }) => ((await areReturnsOff(tx, accountIds)) ? [{ plugin: 'returns', path: '' }] : []));
