import { get, listQuery, patch, post, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { listTypes, TYPE_SORTS } from './lead-type.queries.ts';
import { ChangeLeadType, changeLeadType, CreateLeadType, createLeadType } from './save-lead-type.ts';

const LeadTypeAnswer = z.object({ id: z.uuid(), key: z.string(), name: z.string(), lookBackDays: z.int(), archived: z.boolean() });
const manage = { action: 'manage', subject: 'LeadType' } as const;

/** `/api/v1/leads/types`. */
export const typeRoutes: readonly Route[] = [
  get(
    '/types',
    {
      name: 'list-lead-types',
      may: { action: 'read', subject: 'LeadType' },
      query: listQuery(TYPE_SORTS),
      answer: z.object({ data: z.array(LeadTypeAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listTypes(tx, query));
      return { data, nextCursor };
    },
  ),
  post('/types', { name: 'create-lead-type', may: manage, body: CreateLeadType, answer: z.object({ id: z.uuid() }), status: 201 }, async (ctx, { body }) => ({
    id: await createLeadType(ctx, body),
  })),
  patch('/types/{id}', { name: 'change-lead-type', may: manage, body: ChangeLeadType, answer: z.object({ id: z.uuid() }) }, async (ctx, { params, body }) => {
    await changeLeadType(ctx, params['id']!, body);
    return { id: params['id']! };
  }),
];
