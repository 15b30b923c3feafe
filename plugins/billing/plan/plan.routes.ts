import { MoneyWire } from '@portico/kit';
import { get, patch, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { archivePlan } from './archive-plan.ts';
import { changePlan } from './change-plan.ts';
import { createPlan } from './create-plan.ts';
import { WritePlan } from './plan-input.ts';
import { ListPlans, listPlans, readPlan } from './plan.queries.ts';
import { publishPlan } from './publish-plan.ts';

const PlanAnswer = z.object({
  id: z.uuid(),
  name: z.string(),
  about: z.string(),
  state: z.enum(['draft', 'live', 'archived']),
  every: z.object({ unit: z.enum(['day', 'week', 'month', 'year']), count: z.int() }),
  prices: z.array(MoneyWire),
  inUse: z.int(),
  createdAt: z.string(),
});

const read = { action: 'read', subject: 'Plan' } as const;
const manage = { action: 'manage', subject: 'Plan' } as const;
const answerPlan = (ctx: Ctx, id: string) => ctx.inTenant((tx) => readPlan(tx, id));

/** `/api/v1/billing/plans`. */
export const planRoutes: readonly Route[] = [
  get(
    '/plans',
    { name: 'list-plans', may: read, query: ListPlans, answer: z.object({ data: z.array(PlanAnswer), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listPlans(tx, query));
      return { data, nextCursor };
    },
  ),
  post('/plans', { name: 'create-plan', may: manage, body: WritePlan, answer: PlanAnswer, status: 201 }, async (ctx, { body }) =>
    answerPlan(ctx, await createPlan(ctx, body)),
  ),
  get('/plans/{id}', { name: 'read-plan', may: read, answer: PlanAnswer }, (ctx, { params }) => answerPlan(ctx, params['id']!)),
  patch('/plans/{id}', { name: 'change-plan', may: manage, body: WritePlan, answer: PlanAnswer }, async (ctx, { params, body }) => {
    await changePlan(ctx, params['id']!, body);
    return answerPlan(ctx, params['id']!);
  }),
  post('/plans/{id}/publish', { name: 'publish-plan', may: manage, answer: PlanAnswer }, async (ctx, { params }) => {
    await publishPlan(ctx, params['id']!);
    return answerPlan(ctx, params['id']!);
  }),
  post('/plans/{id}/archive', { name: 'archive-plan', may: manage, answer: PlanAnswer }, async (ctx, { params }) => {
    await archivePlan(ctx, params['id']!);
    return answerPlan(ctx, params['id']!);
  }),
];
