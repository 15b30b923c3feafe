import { MoneyWire } from '@portico/kit';
import { get, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { StartSubscription, startSubscription } from './start-subscription.ts';
import { ListSubscriptions, listSubscriptions, readSubscription } from './subscription.queries.ts';

const SubscriptionAnswer = z.object({
  id: z.uuid(),
  number: z.int(),
  accountId: z.uuid(),
  account: z.string(),
  billGroupId: z.uuid(),
  billGroup: z.string(),
  planId: z.uuid(),
  plan: z.string(),
  about: z.string(),
  state: z.enum(['pending', 'active', 'paused', 'cancelling', 'ended']),
  every: z.object({ unit: z.enum(['day', 'week', 'month', 'year']), count: z.int() }),
  startsOn: z.string(),
  renewsOn: z.string().nullable(),
  renewsAt: z.string().nullable(),
  cancelsAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  price: MoneyWire,
  items: z.array(z.object({ description: z.string(), quantity: z.int(), unit: MoneyWire })),
  autoPayCard: z.object({ brand: z.string(), lastFour: z.string() }).nullable(),
});

const read = { action: 'read', subject: 'Subscription' } as const;
const manage = { action: 'manage', subject: 'Subscription' } as const;
const answerSubscription = (ctx: Ctx, id: string) => ctx.inTenant((tx) => readSubscription(tx, id));

/** `/api/v1/billing/subscriptions`. */
export const subscriptionRoutes: readonly Route[] = [
  get(
    '/subscriptions',
    {
      name: 'list-subscriptions',
      may: read,
      query: ListSubscriptions,
      answer: z.object({ data: z.array(SubscriptionAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listSubscriptions(tx, query));
      return { data, nextCursor };
    },
  ),
  post(
    '/subscriptions',
    { name: 'start-subscription', may: manage, body: StartSubscription, answer: SubscriptionAnswer.extend({ invoiceId: z.uuid() }), status: 201 },
    async (ctx, { body }) => {
      const { subscriptionId, invoiceId } = await startSubscription(ctx, body);
      return { ...(await answerSubscription(ctx, subscriptionId)), invoiceId };
    },
  ),
  get('/subscriptions/{id}', { name: 'read-subscription', may: read, answer: SubscriptionAnswer }, (ctx, { params }) => answerSubscription(ctx, params['id']!)),
];
