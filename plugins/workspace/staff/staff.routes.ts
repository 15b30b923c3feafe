import { z } from 'zod';
import { NotFound } from '@portico/kit';
import { get, listQuery, patch, post, type Ctx, type Route } from '@portico/kit/server';
import { changeStaff } from './change-staff.ts';
import { createStaff } from './create-staff.ts';
import { ChangeStaff, CreateStaff } from './staff-input.ts';
import { findStaff, listStaff, STAFF_SORTS } from './staff.queries.ts';

/** Somebody of the team as the API answers it. */
const StaffView = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  name: z.string(),
  userName: z.string().nullable(),
  email: z.string().nullable(),
  role: z.enum(['owner', 'staff']),
  enabled: z.boolean(),
  createdAt: z.string(),
  lastSeenAt: z.string().nullable(),
});

/** What the list of the team is asked for. */
export const StaffListQuery = listQuery(STAFF_SORTS);

async function viewOf(ctx: Ctx, staffId: string) {
  const staff = await ctx.inTenant((tx) => findStaff(tx, staffId));
  if (!staff) throw new NotFound();
  return staff;
}

/** `/api/v1/workspace/staff`. */
export const staffRoutes: readonly Route[] = [
  get(
    '/staff',
    {
      name: 'list-staff',
      may: { action: 'read', subject: 'Staff' },
      query: StaffListQuery,
      answer: z.object({ data: z.array(StaffView), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listStaff(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '/staff',
    { name: 'create-staff', may: { action: 'create', subject: 'Staff' }, body: CreateStaff, answer: StaffView, status: 201 },
    async (ctx, { body }) => viewOf(ctx, (await createStaff(ctx, body)).staffId),
  ),
  patch(
    '/staff/{id}',
    { name: 'change-staff', may: { action: 'change', subject: 'Staff' }, body: ChangeStaff, answer: StaffView },
    async (ctx, { params, body }) => {
      await changeStaff(ctx, params['id']!, body);
      return viewOf(ctx, params['id']!);
    },
  ),
];
