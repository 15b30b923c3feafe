import { InvalidInput, NotFound, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { z } from 'zod';
import { demandBillGroup } from './bill-group.ts';
import { noteNewCard } from '../collection/note-new-card.ts';
import { PaymentMethod } from '../payment/payment.model.ts';
import { agreeToAutoPay, lockTerms, makeDefault } from './keep-card.ts';

/** Whether the business may charge without asking. */
export const SwitchAutoPay = z.object({ billGroupId: z.uuid('billing.problem.bill-group'), autoPay: z.boolean() });
export type SwitchAutoPay = z.output<typeof SwitchAutoPay>;

/**
 * A customer lets the business charge their default card without asking, or takes that back. What they
 * agreed to is kept with its words, its time and who it was. Without a card InvalidInput at `autoPay`. Repeating it changes
 * nothing.
 */
export async function switchAutoPay(ctx: Ctx, { billGroupId, autoPay }: SwitchAutoPay): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const owner = await demandBillGroup(tx, billGroupId);
    const terms = await lockTerms(tx, owner);
    if (terms.auto_pay === autoPay) return;
    const methodId = terms.default_method_id;
    if (autoPay && !methodId) throw new InvalidInput({ autoPay: { key: 'billing.problem.no-card' } });
    if (autoPay && methodId) return agreeToAutoPay(tx, owner, { methodId, words: mandateOf(ctx), by: ctx.actor.id, at: ctx.clock.now() });
    await terms.$query(tx.sql).patch({ auto_pay: false, auto_pay_since: null, auto_pay_by: null, auto_pay_mandate: null });
    await noteNewCard(tx, billGroupId, null);
    await tx.audit('billing.auto-pay-off', null, { billGroupId });
  });
}

/** The words that a customer agrees to, as they read them. */
export const mandateOf = (ctx: Ctx): string => ctx.text('billing.auto-pay.mandate', { business: ctx.tenant.name });

/** Makes a kept card the one that is charged from now on; what is being charged at this moment stays with its own. Throws NotFound. */
export async function chooseDefaultCard(ctx: Ctx, methodId: Id): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const method = await lockOwnCard(tx, methodId);
    const terms = await lockTerms(tx, method);
    if (terms.default_method_id === methodId) return;
    await makeDefault(tx, terms, methodId);
    await tx.audit('billing.default-card-changed', null, { billGroupId: method.bill_group_id });
  });
}

/** The card of a bill group that the actor may change, with its row locked. Throws NotFound. */
export async function lockOwnCard(tx: Tx, methodId: Id): Promise<PaymentMethod> {
  const method = await tx.query(PaymentMethod).findById(methodId).forUpdate();
  if (!method || method.removed_at || !tx.ctx.may('change', 'BillingTerms', method)) throw new NotFound();
  return method;
}
