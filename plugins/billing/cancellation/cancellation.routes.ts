import { get, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { acceptCancellation, AskToCancel, askToCancel, foreseeCancellation, refuseCancellation } from './ask-to-cancel.ts';
import { CancellationAnswer, ListCancellations, listCancellations, readCancellation } from './cancellation.queries.ts';
import { takeBackCancellation } from './take-back-cancellation.ts';
import { undoCancellation } from './undo-cancellation.ts';

const cancel = { action: 'cancel', subject: 'Subscription' } as const;
const manage = { action: 'manage', subject: 'Subscription' } as const;
const Value = z.union([z.string(), z.number()]);
const ForeseenAnswer = z.object({
  token: z.string(),
  parts: z.array(
    z.object({
      pluginId: z.string(),
      revertible: z.boolean(),
      lines: z.array(z.object({ text: z.string(), values: z.record(z.string(), Value), sentence: z.string(), final: z.boolean() })),
    }),
  ),
});

async function preview(ctx: Ctx, subscriptionId: string, when: AskToCancel['when']): Promise<z.output<typeof ForeseenAnswer>> {
  const { token, parts } = await foreseeCancellation(ctx, subscriptionId, when);
  const lineOf = ({ text, values = {}, final = false }: (typeof parts)[number]['lines'][number]) => ({ text, values, sentence: ctx.text(text, values), final });
  return { token, parts: parts.map(({ pluginId, revertible, lines }) => ({ pluginId, revertible, lines: lines.map(lineOf) })) };
}

const change = (verb: string, may: typeof cancel | typeof manage, useCase: (ctx: Ctx, id: string) => Promise<unknown>): Route =>
  post(`/cancellations/{id}/${verb}`, { name: `${verb}-cancellation`, may, answer: CancellationAnswer }, async (ctx, { params }) => {
    await useCase(ctx, params['id']!);
    return readCancellation(ctx, params['id']!);
  });

/** `/api/v1/billing/subscriptions/{id}/cancellation` and `/api/v1/billing/cancellations`. */
export const cancellationRoutes: readonly Route[] = [
  get(
    '/subscriptions/{id}/cancellation/preview',
    { name: 'foresee-cancellation', may: cancel, query: AskToCancel.pick({ when: true }), answer: ForeseenAnswer },
    (ctx, { params, query }) => preview(ctx, params['id']!, query.when),
  ),
  post(
    '/subscriptions/{id}/cancellation',
    { name: 'ask-to-cancel', may: cancel, body: AskToCancel, answer: CancellationAnswer, status: 201 },
    async (ctx, { params, body }) => readCancellation(ctx, await askToCancel(ctx, params['id']!, body)),
  ),
  get(
    '/cancellations',
    {
      name: 'list-cancellations',
      may: cancel,
      query: ListCancellations,
      answer: z.object({ data: z.array(CancellationAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listCancellations(tx, query));
      return { data: [...data], nextCursor };
    },
  ),
  get('/cancellations/{id}', { name: 'read-cancellation', may: cancel, answer: CancellationAnswer }, (ctx, { params }) => readCancellation(ctx, params['id']!)),
  post(
    '/cancellations/{id}/accept',
    { name: 'accept-cancellation', may: manage, body: AskToCancel.pick({ token: true, when: true }), answer: CancellationAnswer },
    async (ctx, { params, body }) => {
      await acceptCancellation(ctx, params['id']!, body);
      return readCancellation(ctx, params['id']!);
    },
  ),
  change('refuse', manage, refuseCancellation),
  change('undo', cancel, undoCancellation),
  change('take-back', cancel, takeBackCancellation),
];
