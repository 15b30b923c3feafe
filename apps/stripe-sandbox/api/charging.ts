import { authenticationRequired, cardNamed, type Decline, type TestCard } from '../cards/test-cards.ts';
import type { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { ChargeRecord, IntentError, IntentRecord, MethodRecord } from '../store/records.ts';
import { attach } from './payment-methods.ts';
import { StripeError } from './stripe-error.ts';

/** How a card behaves now: as its number says, or as control has said since. */
export function cardOf({ account }: Change, method: MethodRecord): TestCard {
  return cardNamed(account.treatedLike.get(method.id) ?? method.card)!;
}

/** Whether the bank wants to hear from the owner first. */
export const mustAuthenticate = (card: TestCard, method: MethodRecord): boolean =>
  card.authenticates === 'always' || (card.authenticates === 'unless set up' && !method.setUp);

/**
 * Asks the bank for the money of an intent.
 * @returns the intent as it is afterwards, or the card error; either way what happened is in the change
 */
export function chargeIntent(change: Change, intent: IntentRecord, method: MethodRecord, authenticated: boolean): IntentRecord | StripeError {
  const card = cardOf(change, method);
  if (card.declines) return decline(change, intent, method, card.declines);
  const made = newCharge(change, intent, method, authenticated);
  if (card.processes) {
    const charge = change.put('charge', { ...made, status: 'pending' });
    const waiting = change.put('payment_intent', { ...intent, rev: intent.rev + 1, status: 'processing', method: method.id, charge: charge.id, error: null });
    change.tell('charge.pending', 'charge', charge);
    change.tell('payment_intent.processing', 'payment_intent', waiting);
    keepOrSpend(change, intent, method, authenticated);
    return waiting;
  }
  const charge = change.put('charge', made);
  keepOrSpend(change, intent, method, authenticated);
  return succeed(change, { ...intent, method: method.id, charge: charge.id }, charge);
}

/** The money has come. */
export function succeed(change: Change, intent: IntentRecord, charge: ChargeRecord): IntentRecord {
  const done = change.put('payment_intent', { ...intent, rev: intent.rev + 1, status: 'succeeded', error: null });
  change.tell('charge.succeeded', 'charge', charge);
  change.tell('payment_intent.succeeded', 'payment_intent', done);
  return done;
}

/** The bank says no: a failed charge, an intent that wants another method, and the card error. */
export function decline(change: Change, intent: IntentRecord, method: MethodRecord, why: Decline): StripeError {
  const charge = change.put('charge', failed(newCharge(change, intent, method, false), why));
  return failIntent(change, { ...intent, charge: charge.id }, charge, cardError(why, charge.id, method.id));
}

export function failIntent(change: Change, intent: IntentRecord, charge: ChargeRecord | null, error: IntentError): StripeError {
  const left = change.put('payment_intent', { ...intent, rev: intent.rev + 1, status: 'requires_payment_method', method: null, error });
  if (charge) change.tell('charge.failed', 'charge', charge);
  change.tell('payment_intent.payment_failed', 'payment_intent', left);
  const { code, declineCode, method } = error;
  return new StripeError(402, 'card_error', error.message, { code, declineCode, charge: error.charge, intent: left, method });
}

export const failed = (charge: ChargeRecord, why: Decline): ChargeRecord => ({
  ...charge,
  status: 'failed',
  failureCode: why.code,
  declineCode: why.declineCode,
  failureMessage: why.message,
});

export const cardError = (why: Decline, charge: string | null, method: string): IntentError => ({
  type: 'card_error',
  code: why.code,
  declineCode: why.declineCode,
  message: why.message,
  charge,
  method,
});

/** In absence nobody can prove anything: the bank declines. */
export const declineInAbsence = (change: Change, intent: IntentRecord, method: MethodRecord): StripeError =>
  decline(change, intent, method, authenticationRequired);

function newCharge(change: Change, intent: IntentRecord, method: MethodRecord, authenticated: boolean): ChargeRecord {
  return {
    id: freshId('ch_'),
    rev: 0,
    created: change.at,
    intent: intent.id,
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    metadata: intent.metadata,
    suffix: intent.suffix,
    method: method.id,
    card: method.card,
    expMonth: method.expMonth,
    expYear: method.expYear,
    name: method.name,
    email: method.email,
    phone: method.phone,
    address: method.address,
    authenticated,
    status: 'succeeded',
    refunded: 0,
    failureCode: null,
    declineCode: null,
    failureMessage: null,
  };
}

/** A method that is kept for later belongs to the customer from now on; one that belongs to nobody is used up. */
function keepOrSpend(change: Change, intent: IntentRecord, method: MethodRecord, authenticated: boolean): void {
  if (intent.futureUsage && intent.customer) attach(change, method, { id: intent.customer }, authenticated);
  else if (method.customer === null) change.put('payment_method', { ...method, rev: method.rev + 1, spent: true });
}
