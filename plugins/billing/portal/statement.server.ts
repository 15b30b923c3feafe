import { NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { statementData } from '../views/statement-data.ts';

/** The customer's own statement: the last 90 days unless the address says otherwise. */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('read', 'Payment');
  const accountId = ctx.actor.roles.find(({ role }) => role === 'account-admin')?.accountId;
  if (!accountId) throw new NotFound();
  return statementData(ctx, accountId, request);
}
