import { defineError, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { paymentGateway } from '../api.ts';
import type { BillGroupTerms } from '../payment/payment.model.ts';
import { lockTerms } from './keep-card.ts';
import { lockOwnCard } from './switch-auto-pay.ts';

/** The card that auto-pay charges stays while auto-pay is on. */
export class CardInUse extends defineError('billing.card-in-use', 409) {}

/** Forgets a card, here and at the gateway. The default one of a bill group with auto-pay throws CardInUse. Throws NotFound. */
export async function removeCard(ctx: Ctx, methodId: Id): Promise<void> {
  const gatewayMethod = await ctx.inTenant(async (tx) => {
    const method = await lockOwnCard(tx, methodId);
    const terms: BillGroupTerms = await lockTerms(tx, method);
    if (terms.auto_pay && terms.default_method_id === methodId) throw new CardInUse();
    if (terms.default_method_id === methodId) await terms.$query(tx.sql).patch({ default_method_id: null });
    await method.$query(tx.sql).patch({ removed_at: ctx.clock.now() });
    await tx.audit('billing.card-removed', null, { billGroupId: method.bill_group_id, lastFour: method.last_four });
    return method.gateway_method;
  });
  // it is gone for everybody here, whether or not the gateway answers
  await ctx.provider(paymentGateway).forgetMethod(gatewayMethod);
}
