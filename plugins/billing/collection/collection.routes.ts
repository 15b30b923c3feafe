import { MoneyWire } from '@portico/kit';
import { get, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { readInvoice } from '../invoice/invoice.queries.ts';
import { followCollection } from './collection.queries.ts';
import { ListFailedCharges, listFailedCharges } from './failed-charges.queries.ts';

const State = z.enum(['declined', 'hard-declined', 'needs-customer', 'processing', 'unknown']);
const Rule = z.enum(['keep', 'pause', 'cancel']);
const End = z.enum(['paid', 'void', 'written-off', 'given-up', 'left-to-customer']).nullable();
const FailedChargeAnswer = z.object({
  id: z.uuid(),
  invoiceId: z.uuid(),
  invoiceNumber: z.int(),
  accountId: z.uuid(),
  account: z.string(),
  open: MoneyWire,
  state: State,
  because: z.string().nullable(),
  failedAt: z.string(),
  failures: z.int(),
  nextTryAt: z.string().nullable(),
  lastDayAt: z.string(),
  lastRule: Rule,
  endedBecause: End,
});
const StepAnswer = z.object({ at: z.string(), key: z.string(), sentence: z.string() });
const CollectionAnswer = z.object({
  id: z.uuid(),
  state: State,
  because: z.string().nullable(),
  failedAt: z.string(),
  failures: z.int(),
  nextTryAt: z.string().nullable(),
  lastDayAt: z.string(),
  lastRule: Rule,
  endedBecause: End,
  past: z.array(StepAnswer.extend({ outcome: z.enum(['done', 'skipped', 'failed']) })),
  planned: z.array(StepAnswer),
});

/** `/api/v1/billing/failed-charges`, and the collection of an invoice. */
export const collectionRoutes: readonly Route[] = [
  get(
    '/failed-charges',
    {
      name: 'list-failed-charges',
      may: { action: 'manage', subject: 'Payment' },
      query: ListFailedCharges,
      answer: z.object({ data: z.array(FailedChargeAnswer), nextCursor: z.string().nullable() }),
    },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listFailedCharges(tx, query));
      return { data: [...data], nextCursor };
    },
  ),
  get(
    '/invoices/{id}/collection',
    { name: 'read-collection', may: { action: 'read', subject: 'Invoice' }, answer: z.object({ collection: CollectionAnswer.nullable() }) },
    async (ctx, { params }) => {
      const { id } = await ctx.inTenant((tx) => readInvoice(tx, params['id']!));
      const followed = await followCollection(ctx, id);
      if (!followed) return { collection: null };
      const { timeline, invoiceId: _, invoiceNumber: __, automatic: ___, endedAt: ____, ...view } = followed;
      return {
        collection: {
          ...view,
          past: timeline.past.map(({ at, key, text, outcome }) => ({ at, key, sentence: ctx.text(text), outcome })),
          planned: timeline.planned.map(({ at, key, text }) => ({ at, key, sentence: ctx.text(text) })),
        },
      };
    },
  ),
];
