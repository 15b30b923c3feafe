import type { PageRequest } from '@portico/kit/page';
import { addressQuery, sql, type Ctx } from '@portico/kit/server';
import { ListLeads, listLeads } from '../lead/lead-list.queries.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

/** Every lead of the business, with the ones that no order wanted (issue: S2). */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListLeads, request.query);
  return ctx.inTenant(async (tx) => {
    const page = await listLeads(tx, query, { withCount: true });
    const accountIds = [...new Set(page.data.flatMap((lead) => lead.accountId ?? []))];
    const accounts = await tx.rows<{ id: string; name: string }>(
      sql`select a.id, a.name from accounts.account_v1 a where a.tenant_id = ${ctx.tenant.id} and a.id = any(${accountIds}::uuid[])`,
    );
    return {
      ...page,
      accounts: Object.fromEntries(accounts.map(({ id, name }) => [id, name])),
      types: await typesForChoice(tx),
      isNarrowed: Boolean(query.q || query.from || query.to || query.type || query.order || query.unmatched),
    };
  });
}
