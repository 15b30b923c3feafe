import { MoneyWire } from '@portico/kit';
import { get, listQuery, patch, post, type Ctx, type Route } from '@portico/kit/server';
import { z } from 'zod';
import { changeOrder } from './change-order.ts';
import { closeOrder } from './close-order.ts';
import { createOrder } from './create-order.ts';
import { ChangeOrder, CreateOrder, RecordPayment, TakePaymentBack } from './order-input.ts';
import { ListOrders, listOrders, listPayments, PAYMENT_SORTS, readOrder } from './order.queries.ts';
import { pauseOrder } from './pause-order.ts';
import { recordOrderPayment } from './record-order-payment.ts';
import { resumeOrder } from './resume-order.ts';
import { takePaymentBack } from './take-payment-back.ts';

const OrderAnswer = z.object({
  id: z.uuid(),
  number: z.int(),
  accountId: z.uuid(),
  account: z.string(),
  billGroup: z.string(),
  typeId: z.uuid(),
  type: z.string(),
  startsOn: z.string(),
  endsOn: z.string().nullable(),
  state: z.enum(['open', 'paused', 'closed']),
  filled: z.boolean(),
  upcoming: z.boolean(),
  renewal: z.boolean(),
  autoCharge: z.boolean(),
  ofPlan: z.boolean(),
  renewalAttention: z.enum(['billing-off', 'too-many']).nullable(),
  renewalInvoice: z.int().nullable().meta({ description: 'The next order opens when this invoice is paid' }),
  nextOrder: z.object({ id: z.uuid(), number: z.int() }).nullable().meta({ description: 'The order that opened when this one renewed' }),
  renewalPrice: MoneyWire,
  acceptsReturns: z.boolean(),
  places: z.array(z.string()),
  counts: z.enum(['leads', 'money']).meta({ description: 'What total, received and remaining count: leads, or minor units' }),
  total: z.int(),
  received: z.int(),
  remaining: z.int(),
  leadsReceived: z.int(),
  price: MoneyWire,
  cost: MoneyWire,
  paid: MoneyWire,
});
const PaymentAnswer = z.object({
  id: z.uuid(),
  amount: MoneyWire,
  paidOn: z.string(),
  note: z.string(),
  recordedAt: z.string(),
  reverses: z.uuid().nullable(),
  isTakenBack: z.boolean(),
});
const pageOf = (row: z.ZodType) => z.object({ data: z.array(row), nextCursor: z.string().nullable() });

const read = { action: 'read', subject: 'LeadOrder' } as const;
const pause = { action: 'pause', subject: 'LeadOrder' } as const;
const manage = { action: 'manage', subject: 'LeadOrder' } as const;
const answerOrder = (ctx: Ctx, id: string) => ctx.inTenant((tx) => readOrder(tx, id));

const change = (verb: string, may: typeof pause | typeof manage, useCase: (ctx: Ctx, id: string) => Promise<void>): Route =>
  post(`/orders/{id}/${verb}`, { name: `${verb}-order`, may, answer: OrderAnswer }, async (ctx, { params }) => {
    await useCase(ctx, params['id']!);
    return answerOrder(ctx, params['id']!);
  });

/** `/api/v1/leads/orders`. */
export const orderRoutes: readonly Route[] = [
  get('/orders', { name: 'list-orders', may: read, query: ListOrders, answer: pageOf(OrderAnswer) }, async (ctx, { query }) => {
    const { data, nextCursor } = await ctx.inTenant((tx) => listOrders(tx, query));
    return { data, nextCursor };
  }),
  post('/orders', { name: 'create-order', may: manage, body: CreateOrder, answer: OrderAnswer, status: 201 }, async (ctx, { body }) =>
    answerOrder(ctx, await createOrder(ctx, body)),
  ),
  get('/orders/{id}', { name: 'read-order', may: read, answer: OrderAnswer }, (ctx, { params }) => answerOrder(ctx, params['id']!)),
  patch('/orders/{id}', { name: 'change-order', may: manage, body: ChangeOrder, answer: OrderAnswer }, async (ctx, { params, body }) => {
    await changeOrder(ctx, params['id']!, body);
    return answerOrder(ctx, params['id']!);
  }),
  change('pause', pause, pauseOrder),
  change('resume', pause, resumeOrder),
  change('close', manage, closeOrder),
  get(
    '/orders/{id}/payments',
    { name: 'list-order-payments', may: read, query: listQuery(PAYMENT_SORTS), answer: pageOf(PaymentAnswer) },
    async (ctx, { params, query }) => {
      const { data, nextCursor } = await ctx.inTenant((tx) => listPayments(tx, params['id']!, query));
      return { data: [...data], nextCursor };
    },
  ),
  post(
    '/orders/{id}/payments',
    { name: 'record-order-payment', may: manage, body: RecordPayment, answer: z.object({ id: z.uuid() }), status: 201 },
    async (ctx, { params, body }) => ({
      id: await recordOrderPayment(ctx, params['id']!, body),
    }),
  ),
  post(
    '/orders/{id}/payments/{paymentId}/reversal',
    { name: 'take-order-payment-back', may: manage, body: TakePaymentBack, answer: z.object({ id: z.uuid() }), status: 201 },
    async (ctx, { params, body }) => ({
      id: await takePaymentBack(ctx, params['id']!, params['paymentId']!, body),
    }),
  ),
];
