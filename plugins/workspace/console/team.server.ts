import type { Ctx } from '@portico/kit/server';
import { listStaff } from '../staff/staff.queries.ts';

/** The team. */
export const load = async (ctx: Ctx) => ({ staff: await ctx.inTenant((tx) => listStaff(tx)), ownUserId: ctx.actor.id, canChange: ctx.may('change', 'Staff') });
