import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { listStaff } from '../staff/staff.queries.ts';
import { StaffListQuery } from '../staff/staff.routes.ts';

/** The team, one page. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const page = await ctx.inTenant((tx) => listStaff(tx, addressQuery(StaffListQuery, query)));
  return { ...page, ownUserId: ctx.actor.id, canCreate: ctx.may('create', 'Staff') };
}
