import { cardNamed, cardNumbered, isCardNumber, notATestCard } from '../cards/test-cards.ts';
import type { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { CustomerRecord, MethodRecord } from '../store/records.ts';
import { type Answer, type Call, ofPath, show } from './call.ts';
import { customerNamed } from './customers.ts';
import { address, hash, oneOf, readParameters, requiredId, requiredInteger, requiredText, text } from './parameters.ts';
import { invalid, missing, refused, StripeError } from './stripe-error.ts';

const card = hash({ number: requiredText, exp_month: requiredInteger, exp_year: requiredInteger, cvc: text });
const billing = hash({ name: text, email: text, phone: text, address });

/** What the card element sends. A number that came through anybody's server is refused, as Stripe does by default. */
export function createPaymentMethod({ change, parameters, publishable }: Call): Answer {
  const given = readParameters({ type: oneOf('card'), card, billing_details: billing }, parameters);
  if (!publishable)
    throw new StripeError(
      402,
      'card_error',
      'Sending credit card numbers directly to the Stripe API is generally unsafe. Card numbers are taken by the card element, with a publishable key.',
      {
        unbegun: true,
      },
    );
  if (!given.card) throw invalid('Missing required param: card.', 'card', 'parameter_missing');
  const number = given.card.number.replaceAll(/[\s-]/g, '');
  checkCard(number, given.card.exp_month, given.card.exp_year, given.card.cvc ?? null, change.at);
  const details = given.billing_details;
  const made = newMethod(change, cardNumbered(number)!.name, { expMonth: given.card.exp_month, expYear: given.card.exp_year });
  const named = change.put('payment_method', {
    ...made,
    name: details?.name ?? null,
    email: details?.email ?? null,
    phone: details?.phone ?? null,
    address: details?.address ?? null,
  });
  return show('payment_method', named);
}

function checkCard(number: string, month: number, year: number, code: string | null, at: number): void {
  const wrong = (message: string, name: string, param: string) => new StripeError(402, 'card_error', message, { code: name, param });
  if (!isCardNumber(number)) throw wrong('Your card number is incorrect.', 'incorrect_number', 'number');
  const now = new Date(at * 1000);
  if (month < 1 || month > 12) throw wrong("Your card's expiration month is invalid.", 'invalid_expiry_month', 'exp_month');
  const past = year * 12 + month < now.getUTCFullYear() * 12 + now.getUTCMonth() + 1;
  if (past || year > now.getUTCFullYear() + 50) throw wrong("Your card's expiration year is invalid.", 'invalid_expiry_year', 'exp_year');
  const known = cardNumbered(number);
  if (!known) throw new StripeError(402, 'card_error', notATestCard.message, { code: notATestCard.code, declineCode: notATestCard.declineCode });
  const digits = known.brand === 'amex' ? 4 : 3;
  if (code !== null && !new RegExp(`^\\d{${digits}}$`).test(code)) throw wrong("Your card's security code is invalid.", 'invalid_cvc', 'cvc');
}

function newMethod(change: Change, name: string, expiry: { expMonth: number; expYear: number }): MethodRecord {
  return {
    id: freshId('pm_'),
    rev: 0,
    created: change.at,
    card: name,
    ...expiry,
    name: null,
    email: null,
    phone: null,
    address: null,
    metadata: {},
    customer: null,
    setUp: false,
    spent: false,
  };
}

/** The method that a parameter names; a name of a test card makes a new one. @throws StripeError */
export function methodNamed(change: Change, given: string, param?: string): MethodRecord {
  const found = change.get('payment_method', given);
  if (found) return found;
  if (!cardNamed(given)) throw missing('payment_method', given, param);
  const nextYear = new Date(change.at * 1000).getUTCFullYear() + 1;
  return change.put('payment_method', newMethod(change, given, { expMonth: 12, expYear: nextYear }));
}

export function retrievePaymentMethod(call: Call): Answer {
  readParameters({}, call.parameters);
  return show('payment_method', ofPath('payment_method', call));
}

export function attachPaymentMethod(call: Call): Answer {
  const { change, id, parameters } = call;
  const given = readParameters({ customer: requiredId }, parameters);
  const customer = customerNamed(call, given.customer)!;
  const method = methodNamed(change, id);
  if (method.customer === customer.id) return show('payment_method', method);
  if (method.customer) throw refused('The payment method you provided has already been attached to a customer.', { param: 'payment_method' });
  refuseSpent(method);
  const { declines, attaches } = cardNamed(method.card)!;
  if (declines && !attaches)
    throw new StripeError(402, 'card_error', declines.message, { code: declines.code, declineCode: declines.declineCode, method: method.id });
  return show('payment_method', attach(change, method, customer));
}

/** Gives a method to a customer; `setUp`: its owner has just proved that it may be charged in absence. */
export function attach(change: Change, method: MethodRecord, customer: Pick<CustomerRecord, 'id'>, setUp = false): MethodRecord {
  if (method.customer === customer.id && (!setUp || method.setUp)) return method;
  const attached = change.put('payment_method', { ...method, rev: method.rev + 1, customer: customer.id, setUp: method.setUp || setUp });
  if (method.customer === null) change.tell('payment_method.attached', 'payment_method', attached);
  return attached;
}

export function refuseSpent(method: MethodRecord): void {
  if (!method.spent) return;
  throw refused(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    { param: 'payment_method' },
  );
}

export function detachPaymentMethod(call: Call): Answer {
  const { change, parameters } = call;
  readParameters({}, parameters);
  const method = ofPath('payment_method', call);
  if (!method.customer)
    throw refused('The payment method you provided is not attached to a customer so detachment is impossible.', { param: 'payment_method' });
  const detached = change.put('payment_method', { ...method, rev: method.rev + 1, customer: null, spent: true });
  change.tell('payment_method.detached', 'payment_method', detached, { customer: method.customer });
  const customer = change.get('customer', method.customer);
  if (customer?.defaultMethod === method.id) change.put('customer', { ...customer, rev: customer.rev + 1, defaultMethod: null });
  return show('payment_method', detached);
}
