import { MoneyWire } from '@portico/kit';
import { fileOf, get, lineOfText, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { CreditInvoice, creditInvoice } from './credit-invoice.ts';
import { invoiceTable } from './invoice-table.ts';
import { invoicePaper } from './invoice-paper.ts';
import { issueInvoice } from './issue-invoice.ts';
import { creditsOfInvoice, ListAllInvoices, listAllInvoices, ListInvoices, listInvoices, paymentsOfInvoice, readInvoice } from './invoice.queries.ts';
import { sendPayLink } from './pay-link.ts';
import { giveUpForCustomer } from '../payment/give-up-for-customer.ts';
import { sendInvoice } from './send-invoice.ts';
import { voidInvoice } from './void-invoice.ts';
import { WriteInvoice, writeInvoice } from './write-invoice.ts';
import { WriteOffInvoice, writeOffInvoice } from './write-off-invoice.ts';

const InvoiceRowAnswer = z.object({
  id: z.uuid(),
  number: z.int().nullable(),
  accountId: z.uuid(),
  account: z.string(),
  billGroupId: z.uuid(),
  status: z.enum(['draft', 'unsent', 'open', 'past-due', 'partly-paid', 'paid', 'void', 'written-off']),
  sent: z.boolean(),
  issuedOn: z.string().nullable(),
  dueOn: z.string().nullable(),
  total: MoneyWire,
  open: MoneyWire,
  checking: z.boolean(),
});
const InvoiceAnswer = InvoiceRowAnswer.extend({
  subscriptionId: z.uuid().nullable(),
  lines: z.array(
    z.object({ description: z.string(), quantity: z.int(), unit: z.int(), amount: z.int(), from: z.string().optional(), to: z.string().optional() }),
  ),
  seller: z.object({ name: z.string(), contact: z.string(), email: z.string(), phone: z.string() }).partial(),
  buyer: z.object({ number: z.int(), name: z.string(), billGroup: z.string() }).partial(),
  note: z.string(),
  paid: MoneyWire,
  credited: MoneyWire,
  writtenOff: MoneyWire,
  because: z.string().nullable(),
  createdAt: z.string(),
  payments: z.array(z.object({ id: z.uuid(), number: z.int(), receivedOn: z.string(), described: z.string(), amount: MoneyWire })),
  credits: z.array(z.object({ id: z.uuid(), number: z.int(), issuedOn: z.string(), reason: z.string(), amount: MoneyWire })),
});
const pageOf = (row: z.ZodType) => z.object({ data: z.array(row), nextCursor: z.string().nullable() });

const read = { action: 'read', subject: 'Invoice' } as const;
const manage = { action: 'manage', subject: 'Invoice' } as const;

const answerInvoice = (ctx: Ctx, id: string) =>
  ctx.inTenant(async (tx) => {
    const invoice = await readInvoice(tx, id);
    return { ...invoice, payments: await paymentsOfInvoice(tx, invoice), credits: await creditsOfInvoice(tx, invoice) };
  });

/** `/api/v1/billing/invoices`. */
export const invoiceRoutes: readonly Route[] = [
  get('/invoices', { name: 'list-invoices', may: read, query: ListInvoices, answer: pageOf(InvoiceRowAnswer) }, async (ctx, { query }) => {
    const { data, nextCursor } = await ctx.inTenant((tx) => listInvoices(tx, query));
    return { data, nextCursor };
  }),
  get(
    '/invoices/csv',
    { name: 'list-invoices-table', may: read, query: ListInvoices.omit({ limit: true, cursor: true }), answer: fileOf('text/csv') },
    (ctx, { query }) => invoiceTable(ctx, query),
  ),
  get('/all-invoices', { name: 'list-all-invoices', may: manage, query: ListAllInvoices, answer: pageOf(InvoiceRowAnswer) }, async (ctx, { query }) => {
    const { data, nextCursor } = await ctx.inTenant((tx) => listAllInvoices(tx, query));
    return { data, nextCursor };
  }),
  post('/invoices', { name: 'write-invoice', may: manage, body: WriteInvoice, answer: InvoiceAnswer, status: 201 }, async (ctx, { body }) =>
    answerInvoice(ctx, await writeInvoice(ctx, body)),
  ),
  get('/invoices/{id}', { name: 'read-invoice', may: read, answer: InvoiceAnswer }, (ctx, { params }) => answerInvoice(ctx, params['id']!)),
  post(
    '/invoices/{id}/issue',
    {
      name: 'issue-invoice',
      may: manage,
      body: z.object({ send: z.boolean().default(false).meta({ description: 'The customer sees it at once' }) }),
      answer: InvoiceAnswer,
    },
    async (ctx, { params, body }) => {
      await issueInvoice(ctx, params['id']!, body);
      return answerInvoice(ctx, params['id']!);
    },
  ),
  get('/invoices/{id}/pdf', { name: 'read-invoice-paper', may: read, answer: fileOf('application/pdf') }, (ctx, { params }) =>
    invoicePaper(ctx, params['id']!),
  ),
  post('/invoices/{id}/send', { name: 'send-invoice', may: manage, answer: InvoiceAnswer }, async (ctx, { params }) => {
    await sendInvoice(ctx, params['id']!);
    return answerInvoice(ctx, params['id']!);
  }),
  post('/invoices/{id}/give-up-payment', { name: 'give-up-payment', may: manage, answer: InvoiceAnswer }, async (ctx, { params }) => {
    await giveUpForCustomer(ctx, params['id']!);
    return answerInvoice(ctx, params['id']!);
  }),
  post(
    '/invoices/{id}/pay-link',
    { name: 'send-pay-link', may: manage, answer: z.object({ people: z.int(), url: z.url() }), secretAnswer: true },
    (ctx, { params }) => sendPayLink(ctx, params['id']!),
  ),
  post(
    '/invoices/{id}/void',
    {
      name: 'void-invoice',
      may: manage,
      body: z.object({ reason: lineOfText(200, 'portico.problem.required').meta({ description: 'The customer reads it' }) }),
      answer: z.null(),
      status: 204,
    },
    async (ctx, { params, body }) => {
      await voidInvoice(ctx, params['id']!, body.reason);
      return null;
    },
  ),
  post('/invoices/{id}/write-off', { name: 'write-off-invoice', may: manage, body: WriteOffInvoice, answer: InvoiceAnswer }, async (ctx, { params, body }) => {
    await writeOffInvoice(ctx, params['id']!, body.reason);
    return answerInvoice(ctx, params['id']!);
  }),
  post(
    '/invoices/{id}/credits',
    { name: 'credit-invoice', may: manage, body: CreditInvoice, answer: InvoiceAnswer, status: 201 },
    async (ctx, { params, body }) => {
      await creditInvoice(ctx, params['id']!, body);
      return answerInvoice(ctx, params['id']!);
    },
  ),
];
