import { dayOf, minorDigits } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { amountIn, listIn, numberIn, textIn } from '../form-text.ts';
import { changeOrder } from '../order/change-order.ts';
import { ChangeOrder, RecordPayment, TakePaymentBack } from '../order/order-input.ts';
import { paymentsPage, readOrder } from '../order/order.queries.ts';
import { recordOrderPayment } from '../order/record-order-payment.ts';
import { takePaymentBack } from '../order/take-payment-back.ts';
import { submitOrder } from '../views/submit-order.ts';

/** One order with a page of its payments, and what its forms begin with. */
export async function load(ctx: Ctx, request: PageRequest) {
  const orderId = request.params['orderId']!;
  return ctx.inTenant(async (tx) => {
    const order = await readOrder(tx, orderId);
    const digits = minorDigits(order.price.currency);
    return {
      order,
      ...(await paymentsPage(tx, orderId, request.query)),
      // the form that is shown records one payment, however often it is sent
      paymentId: ctx.newId(),
      today: dayOf(ctx.clock.now(), ctx.tenant.zone),
      totalText: order.counts === 'leads' ? String(order.total) : (order.total / 10 ** digits).toFixed(digits),
    };
  });
}

/** Edit, pause, resume, close, record a payment, take one back. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const orderId = request.params['orderId']!;
  if (form.get('intent') === 'change') return change(ctx, orderId, form);
  if (form.get('intent') === 'pay') return pay(ctx, orderId, form);
  if (form.get('intent') === 'take-back') return takeBack(ctx, orderId, form);
  return submitOrder(ctx, form, orderId);
}

async function pay(ctx: Ctx, orderId: string, form: FormData): Promise<Submitted> {
  const { currency } = ctx.tenant;
  const payment = { amount: amountIn(form, 'amount', currency), paidOn: textIn(form, 'paidOn') ?? '', note: textIn(form, 'note') ?? '' };
  await recordOrderPayment(ctx, orderId, RecordPayment.parse(payment), z.uuid().optional().parse(textIn(form, 'paymentId')));
  return { ok: true, say: 'leads.order.say-paid' };
}

async function takeBack(ctx: Ctx, orderId: string, form: FormData): Promise<Submitted> {
  await takePaymentBack(ctx, orderId, z.uuid().parse(form.get('paymentId')), TakePaymentBack.parse({ reason: textIn(form, 'reason') ?? '' }));
  return { ok: true, say: 'leads.order.say-taken-back' };
}

async function change(ctx: Ctx, orderId: string, form: FormData): Promise<Submitted> {
  const order = await ctx.inTenant((tx) => readOrder(tx, orderId));
  const total = order.counts === 'leads' ? { leads: numberIn(form, 'total') } : { budget: amountIn(form, 'total', order.price.currency) };
  await changeOrder(
    ctx,
    orderId,
    ChangeOrder.parse({
      ...total,
      endsOn: textIn(form, 'endsOn') ?? null,
      places: listIn(form, 'places'),
      acceptsReturns: form.has('acceptsReturns'),
      renewal: form.has('renewal'),
      autoCharge: form.has('autoCharge'),
    }),
  );
  return { ok: true, say: 'leads.order.say-changed' };
}
