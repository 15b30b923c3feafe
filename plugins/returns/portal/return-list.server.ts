import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { countReturns, listReturns, ReturnQuery } from '../lead-return.queries.ts';

export async function load(ctx: Ctx, { query }: PageRequest) {
  const wanted = addressQuery(ReturnQuery, query);
  return ctx.inTenant(async (tx) => {
    const { data, nextCursor, previousCursor } = await listReturns(tx, wanted);
    const returns = data.map((row) => ({
      id: row.id,
      lead: row.leadName,
      status: row.status,
      requestedAt: row.requestedAt,
      reason: row.reason,
      decideBy: row.decideBy,
    }));
    const count = await countReturns(tx, wanted.status);
    const hasAny = returns.length > 0 || (await listReturns(tx, { limit: 1, sort: '-requested' })).data.length > 0;
    return { returns, ...count, hasAny, nextCursor, previousCursor };
  });
}
