import { get, patch, post, del, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { AddCard, addCard, beginCard } from './add-card.ts';
import { removeCard } from './remove-card.ts';
import { chooseDefaultCard, SwitchAutoPay, switchAutoPay } from './switch-auto-pay.ts';
import { ListCards, listCards } from './terms.queries.ts';

const CardAnswer = z.object({
  id: z.uuid(),
  brand: z.string(),
  lastFour: z.string(),
  expiresMonth: z.int().nullable(),
  expiresYear: z.int().nullable(),
  isDefault: z.boolean(),
});
const read = { action: 'read', subject: 'BillingTerms' } as const;
const change = { action: 'change', subject: 'BillingTerms' } as const;
const OfGroup = z.object({ billGroupId: z.uuid('billing.problem.bill-group') });

/** `/api/v1/billing/cards` and `/auto-pay`: how a bill group pays. */
export const termsRoutes: readonly Route[] = [
  get(
    '/cards',
    { name: 'list-cards', may: read, query: ListCards, answer: z.object({ data: z.array(CardAnswer), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listCards(tx, query));
      return { data: [...data], nextCursor };
    },
  ),
  post(
    '/cards/begin',
    { name: 'begin-card', may: change, body: OfGroup, answer: z.object({ clientSecret: z.string() }), secretAnswer: true },
    (ctx, { body }) => beginCard(ctx, body.billGroupId),
  ),
  post('/cards', { name: 'add-card', may: change, body: AddCard, answer: z.object({ id: z.uuid() }), status: 201 }, async (ctx, { body }) => ({
    id: await addCard(ctx, body),
  })),
  post('/cards/{id}/default', { name: 'choose-default-card', may: change, answer: z.null(), status: 204 }, async (ctx, { params }) => {
    await chooseDefaultCard(ctx, params['id']!);
    return null;
  }),
  del('/cards/{id}', { name: 'remove-card', may: change, answer: z.null(), status: 204 }, async (ctx, { params }) => {
    await removeCard(ctx, params['id']!);
    return null;
  }),
  patch('/auto-pay', { name: 'switch-auto-pay', may: change, body: SwitchAutoPay, answer: z.null(), status: 204 }, async (ctx, { body }) => {
    await switchAutoPay(ctx, body);
    return null;
  }),
];
