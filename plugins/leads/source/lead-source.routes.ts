import { del, get, listQuery, patch, post, walkRows, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { CreateSourceKey, createSourceKey } from './create-source-key.ts';
import { listSources, readSource, SOURCE_SORTS } from './lead-source.queries.ts';
import { revokeSourceKey } from './revoke-source-key.ts';
import { ChangeLeadSource, changeLeadSource, CreateLeadSource, createLeadSource } from './save-lead-source.ts';

const LeadSourceAnswer = z.object({ id: z.uuid(), name: z.string(), enabled: z.boolean() });
const KeyAnswer = z.object({ id: z.uuid(), name: z.string(), lastFour: z.string(), createdAt: z.string(), revokedAt: z.string().nullable() });
const read = { action: 'read', subject: 'LeadSource' } as const;
const manage = { action: 'manage', subject: 'LeadSource' } as const;

/** `/api/v1/leads/sources`. */
export const sourceRoutes: readonly Route[] = [
  get(
    '/sources',
    {
      name: 'list-lead-sources',
      may: read,
      query: listQuery(SOURCE_SORTS),
      answer: z.object({ data: z.array(LeadSourceAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listSources(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '/sources',
    { name: 'create-lead-source', may: manage, body: CreateLeadSource, answer: z.object({ id: z.uuid() }), status: 201 },
    async (ctx, { body }) => ({ id: await createLeadSource(ctx, body) }),
  ),
  patch(
    '/sources/{id}',
    { name: 'change-lead-source', may: manage, body: ChangeLeadSource, answer: z.object({ id: z.uuid() }) },
    async (ctx, { params, body }) => {
      await changeLeadSource(ctx, params['id']!, body);
      return { id: params['id']! };
    },
  ),
  get(
    '/sources/{id}/keys',
    {
      name: 'list-source-keys',
      may: read,
      query: listQuery(['-created', 'created']),
      answer: z.object({ data: z.array(KeyAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { params, query }) => {
      const { keys } = await ctx.inTenant((tx) => readSource(ctx, tx, params['id']!));
      const { data, nextCursor } = walkRows(keys, ({ createdAt, id }) => ({ key: createdAt, id }), query);
      return { data: [...data], nextCursor };
    },
  ),
  post(
    '/sources/{id}/keys',
    { name: 'create-source-key', may: manage, body: CreateSourceKey, answer: z.object({ id: z.uuid(), key: z.string() }), status: 201, secretAnswer: true },
    (ctx, { params, body }) => createSourceKey(ctx, params['id']!, body),
  ),
  del('/sources/{id}/keys/{keyId}', { name: 'revoke-source-key', may: manage, answer: z.null(), status: 204 }, async (ctx, { params }) => {
    await revokeSourceKey(ctx, params['id']!, params['keyId']!);
    return null;
  }),
];
