import { CalendarDay, MoneyWire } from '@portico/kit';
import { fileOf, get, post, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { balancesOf } from '../ledger/balance.queries.ts';
import { statementPaper, statementTable } from '../ledger/statement-files.ts';
import { readStatement } from '../ledger/statement.queries.ts';
import { PayInvoices, RecordPayment } from './pay-input.ts';
import { payInvoices } from './pay-invoices.ts';
import { ListPayments, listPayments } from './payment.queries.ts';
import { receiptPaper } from './receipt-paper.ts';
import { recordPayment } from './record-payment.ts';
import { RefundPayment, refundPayment } from './refund-payment.ts';
import { accountIn } from './account-in.ts';

const PaymentAnswer = z.object({
  id: z.uuid(),
  number: z.int(),
  account: z.string(),
  road: z.enum(['card', 'transfer', 'cash', 'check', 'other']),
  described: z.string(),
  receivedOn: z.string(),
  receivedAt: z.string(),
  amount: MoneyWire,
  refunded: MoneyWire.meta({ description: 'What went back, or is on its way' }),
  onItsWayBack: MoneyWire.meta({ description: 'What of it the bank has not confirmed yet' }),
  didNotGoBack: MoneyWire.meta({ description: 'What was to go back and did not arrive' }),
  note: z.string(),
  invoices: z.array(z.object({ id: z.uuid(), number: z.int() })),
});
const StatementAnswer = z.object({
  from: z.string(),
  to: z.string(),
  currency: z.string(),
  opening: MoneyWire,
  lines: z.array(
    z.object({
      id: z.uuid(),
      on: z.string(),
      at: z.string(),
      kind: z.enum(['invoice', 'payment', 'credit', 'refund', 'void', 'write-off', 'reversal']),
      number: z.int().nullable(),
      invoiceId: z.uuid().nullable(),
      amount: MoneyWire,
      balance: MoneyWire,
    }),
  ),
  isCut: z.boolean(),
  closing: MoneyWire,
});
const BalanceAnswer = z.object({ balances: z.array(z.object({ owed: MoneyWire, pastDue: MoneyWire, credit: MoneyWire })) });

const RefundAnswer = z.object({ state: z.enum(['succeeded', 'pending', 'failed']), because: z.string().optional() });
const PaidAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('paid') }),
  z.object({ kind: z.literal('declined'), code: z.string() }),
  z.object({ kind: z.literal('confirm'), attemptId: z.uuid(), clientSecret: z.string() }),
  z.object({ kind: z.literal('checking') }),
]);

const ofAccount = z.object({ accountId: z.uuid().optional().meta({ description: 'Whose; without it the own' }) });
const StatementQuery = ofAccount.extend({
  from: CalendarDay,
  to: CalendarDay,
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'billing.problem.currency')
    .optional(),
});

const read = { action: 'read', subject: 'Payment' } as const;
const pay = { action: 'pay', subject: 'Invoice' } as const;
const manage = { action: 'manage', subject: 'Payment' } as const;

/** `/api/v1/billing/payments`, `/statement` and `/balance`. */
export const paymentRoutes: readonly Route[] = [
  get(
    '/payments',
    { name: 'list-payments', may: read, query: ListPayments, answer: z.object({ data: z.array(PaymentAnswer), nextCursor: z.string().nullable() }) },
    async (ctx, { query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listPayments(tx, query));
      return { data, nextCursor };
    },
  ),
  post('/payments', { name: 'record-payment', may: manage, body: RecordPayment, answer: z.object({ id: z.uuid() }), status: 201 }, async (ctx, { body }) => ({
    id: await recordPayment(ctx, body),
  })),
  get('/payments/{id}/receipt', { name: 'read-receipt', may: read, answer: fileOf('application/pdf') }, (ctx, { params }) => receiptPaper(ctx, params['id']!)),
  post('/payments/{id}/refunds', { name: 'refund-payment', may: manage, body: RefundPayment, answer: RefundAnswer, status: 201 }, (ctx, { params, body }) =>
    refundPayment(ctx, params['id']!, body),
  ),
  post('/pay', { name: 'pay-invoices', may: pay, body: PayInvoices, answer: PaidAnswer }, (ctx, { body }) => payInvoices(ctx, body)),
  get('/statement', { name: 'read-statement', may: read, query: StatementQuery, answer: StatementAnswer }, (ctx, { query }) =>
    ctx.inTenant((tx) => readStatement(tx, accountIn(ctx, query.accountId), { ...query, currency: query.currency ?? ctx.tenant.currency })),
  ),
  get('/statement/csv', { name: 'read-statement-table', may: read, query: StatementQuery, answer: fileOf('text/csv') }, (ctx, { query }) =>
    statementTable(ctx, accountIn(ctx, query.accountId), { ...query, currency: query.currency ?? ctx.tenant.currency }),
  ),
  get('/statement/pdf', { name: 'read-statement-paper', may: read, query: StatementQuery, answer: fileOf('application/pdf') }, (ctx, { query }) =>
    statementPaper(ctx, accountIn(ctx, query.accountId), { ...query, currency: query.currency ?? ctx.tenant.currency }),
  ),
  get('/balance', { name: 'read-balance', may: read, query: ofAccount, answer: BalanceAnswer }, (ctx, { query }) =>
    ctx.inTenant(async (tx) => ({ balances: [...(await balancesOf(tx, accountIn(ctx, query.accountId)))] })),
  ),
];
