import type { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { IntentError, MethodRecord, SetupRecord } from '../store/records.ts';
import { type Answer, type Call, intentOfPath, ofPath, show } from './call.ts';
import { cardError, cardOf, mustAuthenticate } from './charging.ts';
import { customerNamed } from './customers.ts';
import { changedMetadata, id, list, metadata, oneOf, readParameters, text } from './parameters.ts';
import { automaticMethods, methodFor, methodKinds, newIntent, notProved } from './payment-intents.ts';
import { attach } from './payment-methods.ts';
import { refused, StripeError } from './stripe-error.ts';

const createShape = {
  customer: id,
  description: text,
  metadata,
  payment_method: id,
  allowed_payment_method_types: list,
  automatic_payment_methods: automaticMethods,
  usage: oneOf('off_session', 'on_session'),
};

/** Makes an intent to keep a card for later. */
export function createSetupIntent(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters(createShape, parameters);
  const kinds = methodKinds(given);
  const customer = customerNamed(call, given.customer)?.id ?? null;
  const method = given.payment_method === undefined ? null : methodFor(change, customer, given.payment_method);
  const made: SetupRecord = {
    ...newIntent('seti_', change),
    customer,
    description: given.description ?? null,
    metadata: changedMetadata({}, given.metadata),
    method: method?.id ?? null,
    ...kinds,
    usage: given.usage ?? 'off_session',
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    attempt: null,
    error: null,
    cancelReason: null,
  };
  change.put('setup_intent', made);
  change.tell('setup_intent.created', 'setup_intent', made);
  return show('setup_intent', made);
}

export function retrieveSetupIntent(call: Call): Answer {
  const { client_secret: secret } = readParameters({ client_secret: id }, call.parameters);
  return show('setup_intent', intentOfPath('setup_intent', call, secret));
}

const open: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export function confirmSetupIntent(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters({ payment_method: id, client_secret: id }, parameters);
  const before = intentOfPath('setup_intent', call, given.client_secret);
  if (!open.includes(before.status))
    throw refused(`You cannot confirm this SetupIntent because it has already ${before.status === 'canceled' ? 'been canceled' : 'succeeded'}.`, {
      code: 'setup_intent_unexpected_state',
      setup: before,
    });
  const wanted = given.payment_method ?? before.method;
  if (!wanted)
    throw refused(
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.",
      {
        code: 'setup_intent_unexpected_state',
        setup: before,
      },
    );
  const outcome = setUp(change, before, methodFor(change, before.customer, wanted));
  return outcome instanceof StripeError ? outcome : show('setup_intent', outcome);
}

function setUp(change: Change, before: SetupRecord, method: MethodRecord): SetupRecord | StripeError {
  const tried = { ...before, rev: before.rev + 1, attempt: freshId('setatt_') };
  const card = cardOf(change, method);
  if (card.declines && !card.attaches) return failSetup(change, tried, cardError(card.declines, null, method.id));
  if (!mustAuthenticate(card, method)) return finishSetup(change, tried, method, false);
  const asking = change.put('setup_intent', { ...tried, status: 'requires_action', method: method.id, error: null });
  change.tell('setup_intent.requires_action', 'setup_intent', asking);
  return asking;
}

function finishSetup(change: Change, intent: SetupRecord, method: MethodRecord, proved: boolean): SetupRecord {
  const done = change.put('setup_intent', { ...intent, status: 'succeeded', method: method.id, error: null });
  if (intent.customer) attach(change, method, { id: intent.customer }, proved);
  change.tell('setup_intent.succeeded', 'setup_intent', done);
  return done;
}

function failSetup(change: Change, intent: SetupRecord, error: IntentError): StripeError {
  const left = change.put('setup_intent', { ...intent, status: 'requires_payment_method', method: null, error });
  change.tell('setup_intent.setup_failed', 'setup_intent', left);
  return new StripeError(402, error.type, error.message, { code: error.code, declineCode: error.declineCode, setup: left, method: error.method });
}

/** The owner has answered the bank's question. */
export function answerSetupQuestion(change: Change, intent: SetupRecord, proved: boolean): SetupRecord | StripeError {
  const method = change.get('payment_method', intent.method!)!;
  const next = { ...intent, rev: intent.rev + 1 };
  if (proved) return finishSetup(change, next, method, true);
  return failSetup(change, next, {
    ...notProved,
    code: 'setup_intent_authentication_failure',
    message: `${notProved.message} You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this SetupIntent again.`,
    method: method.id,
  });
}

export function cancelSetupIntent(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters({ cancellation_reason: oneOf('abandoned', 'requested_by_customer', 'duplicate') }, parameters);
  const before = ofPath('setup_intent', call);
  if (!open.includes(before.status))
    throw refused(
      `You cannot cancel this SetupIntent because it has a status of ${before.status}. Only a SetupIntent with one of the following statuses may be canceled: ${open.join(', ')}.`,
      { code: 'setup_intent_unexpected_state', setup: before },
    );
  const after = change.put('setup_intent', { ...before, rev: before.rev + 1, status: 'canceled', cancelReason: given.cancellation_reason ?? null });
  change.tell('setup_intent.canceled', 'setup_intent', after);
  return show('setup_intent', after);
}
