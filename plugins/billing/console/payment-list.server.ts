import { readInput, type Id } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { addressQuery, amountIn, derivedId, intentOf, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { ListPayments, listPayments, type PaymentRow } from '../payment/payment.queries.ts';
import { customerNamed } from '../ledger/customer-named.queries.ts';
import { RefundPayment, refundPayment } from '../payment/refund-payment.ts';

/** Every payment that came in. */
export const load = (ctx: Ctx, request: PageRequest) =>
  ctx.inTenant(async (tx) => {
    const query = addressQuery(ListPayments, request.query);
    const page = await listPayments(tx, query);
    const data = page.data.map((payment) => ({ ...payment, refundId: refundIdOf(payment) }));
    return { ...page, data, of: await customerNamed(tx, query.accountId) };
  });

// The next refund of a payment has one id, whoever opens the page: sent twice, or from two tabs, it goes back once. After one
// that did not arrive the next is another.
const refundIdOf = ({ id, refunded, didNotGoBack }: PaymentRow): Id => derivedId(`${id} ${refunded.amount} ${didNotGoBack.amount}`);

/** Sends money back. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const work = intentOf<() => Promise<Submitted>>(form, {
    refund: async () => {
      const ids = z.object({ paymentId: z.uuid(), refundId: z.uuid(), currency: z.string().regex(/^[A-Z]{3}$/) });
      const { paymentId, refundId, currency } = readInput(ids, {
        paymentId: textIn(form, 'paymentId'),
        refundId: textIn(form, 'refundId'),
        currency: textIn(form, 'currency'),
      });
      const input = RefundPayment.parse({ amount: amountIn(form, 'amount', currency), reason: textIn(form, 'reason') ?? '' });
      const { state, because } = await refundPayment(ctx, paymentId, input, refundId);
      return { ok: true, say: `billing.refund.say-${state}`, values: { because: because ?? '' } };
    },
  });
  return work();
}
