import { MoneyWire } from '@portico/kit';
import { get, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { DIFFERENCES } from './book-difference.ts';
import { compareBooks } from './compare-books.ts';

const DifferenceAnswer = z.object({
  kind: z.enum(DIFFERENCES),
  gatewayRef: z.string().nullable(),
  accountId: z.uuid().nullable(),
  paymentId: z.uuid().nullable(),
  paymentNumber: z.int().nullable(),
  books: MoneyWire.nullable(),
  gateway: MoneyWire.nullable(),
});
const ComparisonAnswer = z.object({
  connected: z.boolean().meta({ description: 'Without a gateway there is nothing to compare' }),
  differences: z.array(DifferenceAnswer).meta({ description: 'The first 200' }),
  differs: z.int(),
  charges: z.int(),
  isPartial: z.boolean(),
  totals: z.array(z.object({ books: MoneyWire, gateway: MoneyWire })),
});

/** `/api/v1/billing/book-differences`: what the gateway has charged against the books. */
export const reconciliationRoutes: readonly Route[] = [
  get('/book-differences', { name: 'compare-books', may: { action: 'manage', subject: 'Payment' }, answer: ComparisonAnswer }, async (ctx) => {
    const compared = await compareBooks(ctx);
    if (!compared) return { connected: false, differences: [], differs: 0, charges: 0, isPartial: false, totals: [] };
    const { data, differs, charges, isPartial, totals } = compared;
    return { connected: true, differences: [...data], differs, charges, isPartial, totals: [...totals] };
  }),
];
