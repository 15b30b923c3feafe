import { z } from 'zod';
import { NotFound } from '@portico/kit';
import { get, listQuery, patch, post, type Ctx, type Route } from '@portico/kit/server';
import { changeMember } from './change-member.ts';
import { createMember } from './create-member.ts';
import { ChangeMember, CreateMember } from './member-input.ts';
import { findMember, listMembers, MEMBER_SORTS } from './member.queries.ts';

/** A user of an account as the API answers it. `id` is the membership's: what other operations call `memberId`. */
export const MemberView = z.object({
  id: z.uuid(),
  userId: z.uuid(),
  accountId: z.uuid(),
  accountName: z.string(),
  name: z.string(),
  userName: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  adminAccess: z.boolean(),
  viewDownline: z.boolean(),
  enabled: z.boolean(),
  parentId: z.uuid().nullable(),
  parentName: z.string().nullable(),
  createdAt: z.string(),
  lastSeenAt: z.string().nullable(),
});

/** Query parameters of the list of users. */
export const MemberListQuery = listQuery(MEMBER_SORTS).extend({
  q: z.string().max(200, 'accounts.problem.too-long').optional(),
  accountId: z.uuid('accounts.problem.account').optional(),
  access: z.enum(['admin', 'downline', 'own'], 'accounts.problem.filter').optional(),
  enabled: z.enum(['true', 'false'], 'accounts.problem.yes-or-no').optional(),
});

async function viewOf(ctx: Ctx, memberId: string) {
  const member = await ctx.inTenant((tx) => findMember(tx, memberId));
  if (!member) throw new NotFound();
  return member;
}

const read = { action: 'read', subject: 'Member' } as const;

/** `/api/v1/accounts/users`: listed before `/{id}`, which would take the word for a customer's id. */
export const memberRoutes: readonly Route[] = [
  get(
    '/users',
    { name: 'list-users', may: read, query: MemberListQuery, answer: z.object({ data: z.array(MemberView), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listMembers(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '/users',
    { name: 'create-user', may: { action: 'create', subject: 'Member' }, body: CreateMember, answer: MemberView, status: 201 },
    async (ctx, { body }) => viewOf(ctx, (await createMember(ctx, body)).memberId),
  ),
  get('/users/{id}', { name: 'read-user', may: read, answer: MemberView }, (ctx, { params }) => viewOf(ctx, params['id']!)),
  patch(
    '/users/{id}',
    { name: 'change-user', may: { action: 'change', subject: 'Member' }, body: ChangeMember, answer: MemberView },
    async (ctx, { params, body }) => {
      await changeMember(ctx, params['id']!, body);
      return viewOf(ctx, params['id']!);
    },
  ),
];
