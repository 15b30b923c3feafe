import type { Id, Instant } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import type { GatewayMethod } from '../api.ts';
import { noteNewCard } from '../collection/note-new-card.ts';
import { BillGroupTerms, PaymentMethod } from '../payment/payment.model.ts';

/** Whose card it is. */
export interface CardOwner {
  readonly account_id: Id;
  readonly bill_group_id: Id;
}

/** Writes a card down that the gateway keeps; the first one of a bill group is its default. The same card again changes nothing. Answers its id. */
export async function keepCard(tx: Tx, owner: CardOwner, method: GatewayMethod): Promise<Id> {
  const terms = await lockTerms(tx, owner);
  const known = await tx.query(PaymentMethod).findOne({ gateway_method: method.gatewayMethod });
  const id = known?.id ?? tx.ctx.newId();
  if (!known)
    await tx.query(PaymentMethod).insert({
      id,
      account_id: owner.account_id,
      bill_group_id: owner.bill_group_id,
      gateway_method: method.gatewayMethod,
      brand: method.brand,
      last_four: method.lastFour,
      expires_month: method.expiresMonth ?? null,
      expires_year: method.expiresYear ?? null,
      added_at: tx.ctx.clock.now(),
    });
  if (!terms.default_method_id && !known?.removed_at) await makeDefault(tx, terms, id);
  return id;
}

/** Makes a card the one that is charged from now on; invoices that wait for another card are charged to it at once. */
export async function makeDefault(tx: Tx, terms: BillGroupTerms, methodId: Id): Promise<void> {
  if (terms.default_method_id === methodId) return;
  await terms.$query(tx.sql).patch({ default_method_id: methodId });
  await noteNewCard(tx, terms.bill_group_id, methodId);
}

/** What somebody agreed to: which card is charged without asking, in which words, who and when. */
export interface AutoPayAgreed {
  readonly methodId: Id;
  readonly words: string;
  readonly by: Id;
  readonly at: Instant;
}

/**
 * Lets the business charge a kept card without asking; it is the default from now on. Where auto-pay is on
 * already, the words that were agreed to first stay. A card that was forgotten meanwhile is not charged: nothing changes.
 */
export async function agreeToAutoPay(tx: Tx, owner: CardOwner, { methodId, words, by, at }: AutoPayAgreed): Promise<void> {
  const terms = await lockTerms(tx, owner);
  const card = await tx.query(PaymentMethod).findById(methodId);
  if (!card || card.removed_at) return;
  await makeDefault(tx, terms, methodId);
  if (terms.auto_pay) return;
  await terms.$query(tx.sql).patch({ auto_pay: true, auto_pay_since: at, auto_pay_by: by, auto_pay_mandate: words });
  await noteNewCard(tx, owner.bill_group_id, methodId);
  await tx.audit('billing.auto-pay-on', null, { billGroupId: owner.bill_group_id });
}

/** The terms of a bill group with their row locked; written down first when it has none of its own. */
export async function lockTerms(tx: Tx, { account_id, bill_group_id }: CardOwner): Promise<BillGroupTerms> {
  await tx.query(BillGroupTerms).insert({ id: tx.ctx.newId(), account_id, bill_group_id }).onConflict(['tenant_id', 'bill_group_id']).ignore();
  return tx.query(BillGroupTerms).findOne({ bill_group_id }).forUpdate().throwIfNotFound();
}
