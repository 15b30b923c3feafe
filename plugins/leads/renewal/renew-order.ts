import { PorticoError, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { billing, type AskedCharge, type AskedInvoice } from '@portico/plugin-billing/api';
import { LeadOrder, priceOf } from '../order/lead-order.model.ts';
import { lockOrderBook } from '../order/order-book.ts';
import { openNextOrder } from './open-next-order.ts';
import { OrderRenewal } from './order-renewal.model.ts';

/**
 * Carries a renewal that was begun as far as it goes: an order without auto charge, or for nothing, opens its next one; with
 * auto charge its invoice goes out, and the next order opens when that is paid. The invoice is known by the renewal's id, so
 * that a crash and a repeat make one. An order that was paused, closed or told not to renew meanwhile is left alone.
 */
export async function renewOrder(ctx: Ctx, renewalId: Id): Promise<void> {
  const charge = await ctx.inTenant((tx) => prepare(tx, renewalId));
  if (!charge) return;
  const invoice = await ask(ctx, charge);
  await ctx.inTenant((tx) => (invoice ? noteInvoice(tx, renewalId, invoice) : giveUp(tx, renewalId, 'billing-off')));
}

/** What is to be charged; undefined when nothing is left to do: the next order is open, or will not be. */
async function prepare(tx: Tx, renewalId: Id): Promise<AskedCharge | undefined> {
  await lockOrderBook(tx);
  const renewal = await tx.query(OrderRenewal).findById(renewalId).forUpdate();
  if (renewal?.state !== 'begun') return undefined;
  const order = await tx.query(LeadOrder).findById(renewal.order_id).forUpdate().throwIfNotFound();
  if (order.state !== 'open' || !order.renewal) return giveUp(tx, renewalId, null);
  if (order.auto_charge && priceOf(order) > 0) return chargeOf(tx, renewalId, order);
  await openNextOrder(tx, renewal, order);
  return undefined;
}

async function chargeOf(tx: Tx, cause: Id, order: LeadOrder): Promise<AskedCharge> {
  const { name } = (await tx.row<{ name: string }>(
    sql`select name from leads.lead_types where tenant_id = ${tx.ctx.tenant.id} and id = ${order.lead_type_id}`,
  ))!;
  const description = tx.ctx.text('leads.renewal.line', { type: name, order: order.number });
  const { counts, total, price_minor: unitMinor } = order;
  const line = counts === 'leads' ? { description, quantity: total, unitMinor } : { description, quantity: 1, unitMinor: total };
  return { cause, accountId: order.account_id, billGroupId: order.bill_group_id, currency: order.currency, lines: [line] };
}

/** Undefined where billing is switched off: nobody is charged, and nothing is given away. */
async function ask(ctx: Ctx, charge: AskedCharge): Promise<AskedInvoice | undefined> {
  try {
    return await ctx.use(billing).invoiceFor(charge);
  } catch (error) {
    if (error instanceof PorticoError && error.code === 'portico.plugin-off') return undefined;
    throw error;
  }
}

// Whoever was paid in the same moment has gone further already.
const noteInvoice = async (tx: Tx, renewalId: Id, { invoiceNumber }: AskedInvoice): Promise<void> =>
  void (await tx.query(OrderRenewal).findById(renewalId).where({ state: 'begun' }).patch({ state: 'charging', invoice_number: invoiceNumber }));

/** The order does not renew: it may later, when whoever changed it changes it again. */
async function giveUp(tx: Tx, renewalId: Id, attention: LeadOrder['renewal_attention']): Promise<undefined> {
  const renewal = await tx.query(OrderRenewal).findById(renewalId).where({ state: 'begun' });
  if (!renewal) return;
  await tx.query(OrderRenewal).deleteById(renewalId);
  await tx.query(LeadOrder).findById(renewal.order_id).patch({ renewed: false, renewal_attention: attention });
}
