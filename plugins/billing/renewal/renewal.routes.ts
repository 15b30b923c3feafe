import { get, post, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { billAgain } from './bill-again.ts';
import { ListRenewalRuns, listRenewalRuns } from './renewal-runs.queries.ts';
import { chargeBrake, letChargesGo, StopCharges, stopCharges } from './stop-charges.ts';

const RunAnswer = z.object({
  id: z.uuid(),
  openedAt: z.string(),
  finishedAt: z.string().nullable(),
  periods: z.int(),
  late: z.int(),
  charges: z.int(),
  declined: z.int(),
});
const BrakeAnswer = z.object({
  pulled: z.boolean(),
  on: z.enum(['business', 'installation']).optional(),
  because: z.string().optional(),
  since: z.string().optional(),
  by: z.string().optional(),
});
const manage = { action: 'manage', subject: 'Payment' } as const;

/** `/api/v1/billing/renewal-runs`, `/api/v1/billing/charge-brake`. */
export const renewalRoutes: readonly Route[] = [
  get(
    '/renewal-runs',
    { name: 'list-renewal-runs', may: manage, query: ListRenewalRuns, answer: z.object({ data: z.array(RunAnswer), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listRenewalRuns(tx, query));
      return { data: [...data], nextCursor };
    },
  ),
  get('/charge-brake', { name: 'read-charge-brake', may: manage, answer: BrakeAnswer }, async (ctx) => {
    const brake = await chargeBrake(ctx);
    return { pulled: brake !== undefined, ...brake };
  }),
  post('/charge-brake', { name: 'stop-charges', may: manage, body: StopCharges, answer: BrakeAnswer }, async (ctx, { body }) => {
    await stopCharges(ctx, body);
    return { pulled: true, ...(await chargeBrake(ctx)) };
  }),
  post('/charge-brake/lift', { name: 'let-charges-go', may: manage, answer: BrakeAnswer }, async (ctx) => {
    await letChargesGo(ctx);
    const brake = await chargeBrake(ctx);
    return { pulled: brake !== undefined, ...brake };
  }),
  post(
    '/subscriptions/{id}/bill-again',
    { name: 'bill-subscription-again', may: { action: 'manage', subject: 'Subscription' }, answer: z.object({ id: z.uuid() }) },
    async (ctx, { params }) => {
      await billAgain(ctx, params['id']!);
      return { id: params['id']! };
    },
  ),
];
