import { dayOf } from '@portico/kit';
import { causePaid } from '@portico/plugin-billing/api';
import { LeadOrder } from '../order/lead-order.model.ts';
import { lockOrderBook } from '../order/order-book.ts';
import { writePayment } from '../order/order-payments.ts';
import { openNextOrder } from './open-next-order.ts';
import { OrderRenewal } from './order-renewal.model.ts';

/**
 * The invoice of a renewal is paid: the next order opens, and its Amount Paid is what was charged. Told twice, it opens one.
 * What somebody else asked to be paid is none of ours.
 */
export const openPaidRenewal = causePaid.react(async (ctx, { cause, invoiceNumber, amount }) => {
  await ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const renewal = await tx.query(OrderRenewal).findById(cause).forUpdate();
    if (!renewal || renewal.state === 'done') return;
    const order = await tx.query(LeadOrder).findById(renewal.order_id).throwIfNotFound();
    const next = await openNextOrder(tx, renewal, order);
    const paid = {
      id: ctx.newId(),
      amount_minor: amount.amount,
      paid_on: dayOf(ctx.clock.now(), ctx.tenant.zone),
      reverses_id: null,
      invoice_number: invoiceNumber,
    };
    await writePayment(tx, next, { ...paid, note: ctx.text('leads.renewal.paid-by', { invoice: invoiceNumber }) });
  });
});
