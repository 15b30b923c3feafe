import { get, listQuery, post, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { listPlanLeads, PLAN_LEAD_SORTS, SetPlanLeads, setPlanLeads } from './plan-leads.ts';

const PlanLeadsAnswer = z.object({ id: z.uuid(), planId: z.uuid(), typeId: z.uuid(), type: z.string(), count: z.int() });
const manage = { action: 'manage', subject: 'LeadOrder' } as const;

/** `/api/v1/leads/plan-leads`: what plans include. */
export const planLeadRoutes: readonly Route[] = [
  get(
    '/plan-leads',
    {
      name: 'list-plan-leads',
      may: manage,
      query: listQuery(PLAN_LEAD_SORTS).extend({ plan: z.uuid().optional() }),
      answer: z.object({ data: z.array(PlanLeadsAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listPlanLeads(tx, query.plan, query));
      return { data: [...data], nextCursor };
    },
  ),
  post('/plan-leads', { name: 'set-plan-leads', may: manage, body: SetPlanLeads, answer: SetPlanLeads }, async (ctx, { body }) => {
    await setPlanLeads(ctx, body);
    return body;
  }),
];
