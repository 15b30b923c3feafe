import type { PageRequest } from '@portico/kit/page';
import { core, type Ctx } from '@portico/kit/server';
import { AuditQuery } from '../operations/operations.routes.ts';

/** What was done here, newest first. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const wanted = AuditQuery.parse(Object.fromEntries(query));
  return { ...(await ctx.use(core).audit(wanted)), isFirst: !wanted.cursor };
}
