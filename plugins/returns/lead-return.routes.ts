import { z } from 'zod';
import { type Ctx, get, post, type Route } from '@portico/kit/server';
import { decideReturns, ReturnIds } from './decide-returns.ts';
import { decideReturn, ReturnDecision } from './decide-return.ts';
import { ReturnStatus } from './lead-return.model.ts';
import { listReturns, ReturnQuery, type ReturnRow } from './lead-return.queries.ts';
import { readReturn, readReturnTimeline, votesSeen } from './read-return.ts';
import { RequestReturn, requestReturn } from './request-return.ts';
import { isReturned, returnStatusOf } from './return-status.ts';
import { withdrawReturn } from './withdraw-return.ts';

/** What one plugin answered when it was asked: voted, abstained (no view), or failed (could not answer). */
const VoteView = z.object({
  pluginId: z.string(),
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('voted'), verdict: z.object({ answer: z.enum(['approve', 'deny', 'review']), because: z.string() }) }),
    z.object({ kind: z.literal('abstained') }),
    z.object({ kind: z.literal('failed'), because: z.string() }),
  ]),
});

/** A return as the API answers it. `returned` is R-1.29's Status, `returnStatus` one of its three (R-1.30) or null; `status` says withdrawn too; `votes` for whoever may decide. */
const ReturnView = z.object({
  id: z.uuid(),
  leadId: z.uuid(),
  leadName: z.string(),
  orderId: z.uuid(),
  orderNumber: z.number().int(),
  accountId: z.uuid(),
  returned: z.boolean(),
  status: ReturnStatus,
  returnStatus: ReturnStatus.exclude(['withdrawn']).nullable(),
  reason: z.string(),
  note: z.string(),
  requestedAt: z.string(),
  deliveredAt: z.string(),
  decideBy: z.string(),
  because: z.string().nullable(),
  decidedAt: z.string().nullable(),
  decidedBy: z.enum(['staff', 'plugins', 'deadline']).nullable(),
  withdrawnAt: z.string().nullable(),
  bookedAt: z.string().nullable(),
  votes: z.array(VoteView).optional(),
});

const viewOf = (ctx: Ctx, row: ReturnRow) =>
  ReturnView.parse({ ...row, returned: isReturned(row.status), returnStatus: returnStatusOf(row.status), votes: votesSeen(ctx, row) });
const viewOne = async (ctx: Ctx, id: string) => viewOf(ctx, await readReturn(ctx, id));

const PastStep = z.object({ at: z.string(), key: z.string(), text: z.string(), outcome: z.enum(['done', 'skipped', 'failed']) });
const PlannedStep = z.object({ at: z.string(), key: z.string(), text: z.string(), because: z.string().optional() });
const Timeline = z.object({ state: z.string(), outcome: z.string().optional(), past: z.array(PastStep), planned: z.array(PlannedStep) });

const read = { action: 'read', subject: 'LeadReturn' } as const;
const request = { action: 'request', subject: 'LeadReturn' } as const;
const withdraw = { action: 'withdraw', subject: 'LeadReturn' } as const;
const decide = { action: 'decide', subject: 'LeadReturn' } as const;
const idOf = (params: Readonly<Record<string, string>>): string => params['id'] ?? '';

const decisionShape = { name: 'decide-return', may: decide, body: ReturnDecision, answer: ReturnView.extend({ changed: z.boolean() }) };
const SeveralDecided = z.object({
  data: z.array(z.object({ id: z.uuid(), result: z.enum(['decided', 'stood', 'refused']), code: z.string().optional() })),
});

export const returnRoutes: readonly Route[] = [
  get(
    '',
    { name: 'list-returns', may: read, query: ReturnQuery, answer: z.object({ data: z.array(ReturnView), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listReturns(tx, query));
      return { data: data.map((row) => viewOf(ctx, row)), nextCursor };
    },
  ),

  post('', { name: 'request-return', may: request, body: RequestReturn, answer: ReturnView, status: 201 }, async (ctx, { body }) =>
    viewOne(ctx, (await requestReturn(ctx, body)).id),
  ),

  post(
    '/decisions',
    { name: 'decide-returns', may: decide, body: z.intersection(ReturnDecision, z.object({ ids: ReturnIds })), answer: SeveralDecided },
    async (ctx, { body: { ids, ...decision } }) => ({ data: await decideReturns(ctx, ids, decision) }),
  ),

  get('/{id}', { name: 'read-return', may: read, answer: ReturnView }, (ctx, { params }) => viewOne(ctx, idOf(params))),

  post('/{id}/decision', decisionShape, async (ctx, { params, body }) => {
    const { changed } = await decideReturn(ctx, idOf(params), body);
    return { ...(await viewOne(ctx, idOf(params))), changed };
  }),

  post('/{id}/withdrawal', { name: 'withdraw-return', may: withdraw, answer: ReturnView }, async (ctx, { params }) => {
    await withdrawReturn(ctx, idOf(params));
    return viewOne(ctx, idOf(params));
  }),

  get('/{id}/timeline', { name: 'read-return-timeline', may: read, answer: Timeline }, async (ctx, { params }) => {
    const timeline = await readReturnTimeline(ctx, idOf(params));
    const past = timeline.past.map((step) => ({ ...step, text: ctx.text(step.text) }));
    const planned = timeline.planned.map(({ because, ...step }) => ({
      ...step,
      text: ctx.text(step.text),
      ...(because ? { because: ctx.text(because) } : {}),
    }));
    return { ...timeline, past, planned };
  }),
];
