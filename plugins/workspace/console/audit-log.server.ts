import type { PageRequest } from '@portico/kit/page';
import { addressQuery, core, type Ctx } from '@portico/kit/server';
import { AuditQuery } from '../operations/operations.routes.ts';

/** What was done here, newest first. */
export const load = (ctx: Ctx, { query }: PageRequest) => ctx.use(core).audit(addressQuery(AuditQuery, query));
