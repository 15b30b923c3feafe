import { get, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { MarkCalled, markCalled, takeCallBack } from './mark-called.ts';
import { CALL_RESULTS, QUEUE_STATES } from './queue-entry.model.ts';
import { ListQueue, listQueue, readEntry } from './queue-list.queries.ts';

const EntryAnswer = z.object({
  id: z.uuid(),
  leadId: z.uuid(),
  name: z.string(),
  phone: z.string().nullable(),
  type: z.string(),
  town: z.string(),
  accountId: z.uuid(),
  account: z.string(),
  subscriptionId: z.uuid(),
  planId: z.uuid().nullable(),
  state: z.enum(QUEUE_STATES),
  queuedAt: z.string(),
  returned: z.boolean().meta({ description: 'Withdrawn because the lead was returned; otherwise because its plan was cancelled' }),
  result: z.enum(CALL_RESULTS).nullable(),
  note: z.string(),
  calledAt: z.string().nullable(),
  calledBy: z.string(),
});
const call = { action: 'call', subject: 'QueueEntry' } as const;
const answerEntry = (ctx: Ctx, id: string) => ctx.inTenant((tx) => readEntry(tx, id));

/** `/api/v1/leads/queue`: what staff call for customers. */
export const queueRoutes: readonly Route[] = [
  get(
    '/queue',
    { name: 'list-call-queue', may: call, query: ListQueue, answer: z.object({ data: z.array(EntryAnswer), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listQueue(tx, query));
      return { data: [...data], nextCursor };
    },
  ),
  get('/queue/{id}', { name: 'read-queue-entry', may: call, answer: EntryAnswer }, (ctx, { params }) => answerEntry(ctx, params['id']!)),
  post('/queue/{id}/call', { name: 'mark-called', may: call, body: MarkCalled, answer: EntryAnswer }, async (ctx, { params, body }) => {
    await markCalled(ctx, params['id']!, body);
    return answerEntry(ctx, params['id']!);
  }),
  post('/queue/{id}/take-back', { name: 'take-call-back', may: call, answer: EntryAnswer }, async (ctx, { params }) => {
    await takeCallBack(ctx, params['id']!);
    return answerEntry(ctx, params['id']!);
  }),
];
