import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { paymentGateway } from '../api.ts';
import { liveOrders } from './look-again.ts';

/** A payment that waits for a person to answer their bank. */
export interface WaitingPayment {
  readonly attemptId: Id;
  readonly clientSecret: string;
}

/** The payment of an invoice that waits for its bank, with what the card form needs to ask; undefined when nothing waits for a person. */
export async function waitingFor(ctx: Ctx, invoiceId: Id): Promise<WaitingPayment | undefined> {
  const live = await ctx.inTenant((tx) =>
    tx.row<{ id: Id }>(sql`select t.id from billing.attempt_invoices l
      join billing.payment_attempts t on t.tenant_id = ${ctx.tenant.id} and t.id = l.attempt_id and t.state = 'needs-customer'
      where l.tenant_id = ${ctx.tenant.id} and l.invoice_id = ${invoiceId} and l.is_live`),
  );
  const [order] = live ? await ctx.inTenant((tx) => liveOrders(tx, [live.id])) : [];
  if (!order) return undefined;
  const outcome = await ctx.provider(paymentGateway).look(order);
  return outcome.kind === 'needs-customer' ? { attemptId: order.attemptId, clientSecret: outcome.clientSecret } : undefined;
}
