import type { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { IntentRecord, MethodRecord } from '../store/records.ts';
import { checkAmount } from './amounts.ts';
import { type Answer, type Call, intentOfPath, ofPath, show } from './call.ts';
import { cardError, cardOf, chargeIntent, declineInAbsence, failed, failIntent, mustAuthenticate, succeed } from './charging.ts';
import { customerNamed } from './customers.ts';
import { changedMetadata, flag, hash, id, list, metadata, oneOf, readParameters, requiredInteger, requiredText, text } from './parameters.ts';
import { methodNamed, refuseSpent } from './payment-methods.ts';
import { invalid, refused, StripeError } from './stripe-error.ts';
import { cardNamed } from '../cards/test-cards.ts';

const usage = oneOf('off_session', 'on_session');
export const automaticMethods = hash({ enabled: flag, allow_redirects: oneOf('always', 'never') });

const createShape = {
  amount: requiredInteger,
  currency: requiredText,
  customer: id,
  description: text,
  metadata,
  payment_method: id,
  allowed_payment_method_types: list,
  automatic_payment_methods: automaticMethods,
  setup_future_usage: usage,
  statement_descriptor_suffix: text,
};

/** Makes an intent; nothing is charged before it is confirmed. */
export function createPaymentIntent(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters(createShape, parameters);
  const currency = checkAmount(given.amount, given.currency);
  const kinds = methodKinds(given);
  const customer = customerNamed(call, given.customer)?.id ?? null;
  const method = given.payment_method === undefined ? null : methodFor(change, customer, given.payment_method);
  const made: IntentRecord = {
    ...newIntent('pi_', change),
    amount: given.amount,
    currency,
    customer,
    description: given.description ?? null,
    metadata: changedMetadata({}, given.metadata),
    method: method?.id ?? null,
    ...kinds,
    futureUsage: given.setup_future_usage ?? null,
    suffix: given.statement_descriptor_suffix ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    charge: null,
    error: null,
    canceledAt: null,
    cancelReason: null,
  };
  change.put('payment_intent', made);
  change.tell('payment_intent.created', 'payment_intent', made);
  return show('payment_intent', made);
}

/** What every new intent has, of either kind. */
export function newIntent(prefix: 'pi_' | 'seti_', { at }: Change): { id: string; rev: number; secret: string; created: number } {
  const name = freshId(prefix);
  return { id: name, rev: 0, secret: freshId(`${name}_secret_`, 25), created: at };
}

interface KindsGiven {
  readonly allowed_payment_method_types?: string[];
  readonly automatic_payment_methods?: { enabled?: boolean; allow_redirects?: 'always' | 'never' };
}

/** Cards are all that the sandbox knows, whichever way they are asked for. */
export function methodKinds({ allowed_payment_method_types: types, automatic_payment_methods: chosen }: KindsGiven) {
  if (types && chosen?.enabled)
    throw invalid('You may only specify one of these parameters: allowed_payment_method_types, automatic_payment_methods.', 'automatic_payment_methods');
  const other = types?.find((type) => type !== 'card');
  if (other !== undefined) throw invalid(`The payment method type "${other}" is invalid. The sandbox knows cards only.`, 'allowed_payment_method_types');
  return { allowed: types ?? null, automatic: types || chosen?.enabled === false ? null : (chosen?.allow_redirects ?? 'always') };
}

/** A method that this customer, or nobody yet, may pay with. */
export function methodFor(change: Change, customer: string | null, given: string): MethodRecord {
  const method = methodNamed(change, given, 'payment_method');
  refuseSpent(method);
  if (method.customer === null || method.customer === customer) return method;
  const whose = customer
    ? `The provided PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}. Please use this payment method with the Customer that it belongs to instead.`
    : 'The provided PaymentMethod is attached to a Customer; the Customer must be given too.';
  throw refused(whose, { param: 'payment_method' });
}

export function retrievePaymentIntent(call: Call): Answer {
  const { client_secret: secret } = readParameters({ client_secret: id }, call.parameters);
  return show('payment_intent', intentOfPath('payment_intent', call, secret));
}

export function updatePaymentIntent(call: Call): Answer {
  const given = readParameters({ metadata, description: text }, call.parameters);
  const before = ofPath('payment_intent', call);
  const after = call.change.put('payment_intent', {
    ...before,
    rev: before.rev + 1,
    metadata: changedMetadata(before.metadata, given.metadata),
    description: given.description === undefined ? before.description : given.description,
  });
  return show('payment_intent', after);
}

const confirmShape = { payment_method: id, off_session: flag, setup_future_usage: usage, client_secret: id };

/** Charges, asks the owner to prove themselves, or says that the bank takes its time. */
export function confirmPaymentIntent(call: Call): Answer {
  const { change, parameters, publishable } = call;
  const given = readParameters(confirmShape, parameters);
  if (publishable && given.off_session !== undefined) throw invalid('off_session cannot be used with a publishable key.', 'off_session');
  const before = intentOfPath('payment_intent', call, given.client_secret);
  refuseConfirmed(before);
  const wanted = given.payment_method ?? before.method;
  if (!wanted)
    throw refused(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      { code: 'payment_intent_unexpected_state', intent: before },
    );
  const method = methodFor(change, before.customer, wanted);
  const intent = { ...before, futureUsage: given.setup_future_usage ?? before.futureUsage };
  const outcome = tryIntent(change, intent, method, given.off_session ?? false);
  return outcome instanceof StripeError ? outcome : show('payment_intent', outcome);
}

function tryIntent(change: Change, intent: IntentRecord, method: MethodRecord, absent: boolean): IntentRecord | StripeError {
  if (!mustAuthenticate(cardOf(change, method), method)) return chargeIntent(change, intent, method, false);
  if (absent) return declineInAbsence(change, intent, method);
  const asking = change.put('payment_intent', { ...intent, rev: intent.rev + 1, status: 'requires_action', method: method.id, error: null });
  change.tell('payment_intent.requires_action', 'payment_intent', asking);
  return asking;
}

const confirmable: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

function refuseConfirmed(intent: IntentRecord): void {
  if (confirmable.includes(intent.status)) return;
  const why =
    intent.status === 'succeeded'
      ? 'it has already succeeded after being previously confirmed.'
      : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: ${confirmable.join(', ')}.`;
  throw refused(`You cannot confirm this PaymentIntent because ${why}`, { code: 'payment_intent_unexpected_state', intent });
}

const reasons = oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned');

export function cancelPaymentIntent(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters({ cancellation_reason: reasons }, parameters);
  const before = ofPath('payment_intent', call);
  if (!confirmable.includes(before.status))
    throw refused(
      `You cannot cancel this PaymentIntent because it has a status of ${before.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${confirmable.join(', ')}.`,
      { code: 'payment_intent_unexpected_state', intent: before },
    );
  const reason = given.cancellation_reason ?? null;
  const after = change.put('payment_intent', { ...before, rev: before.rev + 1, status: 'canceled', canceledAt: change.at, cancelReason: reason });
  change.tell('payment_intent.canceled', 'payment_intent', after);
  return show('payment_intent', after);
}

/** The owner has answered the bank's question, in the dialog or at the control port. */
export function answerPaymentQuestion(change: Change, intent: IntentRecord, proved: boolean): IntentRecord | StripeError {
  const method = change.get('payment_method', intent.method!)!;
  if (proved) return chargeIntent(change, intent, method, true);
  return failIntent(change, intent, null, {
    ...notProved,
    code: 'payment_intent_authentication_failure',
    message: `${notProved.message} You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.`,
    method: method.id,
  });
}

export const notProved = {
  type: 'invalid_request_error',
  declineCode: null,
  message: 'The provided PaymentMethod has failed authentication.',
  charge: null,
} as const;

/** The bank has made up its mind about an intent that was processing. */
export function settleProcessing(change: Change, intent: IntentRecord, comes: boolean): void {
  const charge = change.get('charge', intent.charge!)!;
  if (comes) {
    succeed(change, intent, change.put('charge', { ...charge, rev: charge.rev + 1, status: 'succeeded' }));
    return;
  }
  const why = cardNamed('pm_card_visa_chargeDeclined')!.declines!;
  const lost = change.put('charge', { ...failed(charge, why), rev: charge.rev + 1 });
  failIntent(change, intent, lost, cardError(why, charge.id, charge.method));
}
