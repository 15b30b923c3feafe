import { freshId } from '../store/fresh-id.ts';
import type { CustomerRecord } from '../store/records.ts';
import { type Answer, type Call, ofPath, show } from './call.ts';
import { changedMetadata, hash, metadata, readParameters, text } from './parameters.ts';
import { missing, refused } from './stripe-error.ts';

const shape = { name: text, email: text, phone: text, description: text, metadata, invoice_settings: hash({ default_payment_method: text }) };

export function createCustomer({ change, parameters }: Call): Answer {
  const given = readParameters(shape, parameters);
  const made: CustomerRecord = {
    id: freshId('cus_', 14),
    rev: 0,
    created: change.at,
    name: given.name ?? null,
    email: given.email ?? null,
    phone: given.phone ?? null,
    description: given.description ?? null,
    metadata: changedMetadata({}, given.metadata),
    defaultMethod: null,
  };
  change.put('customer', made);
  change.tell('customer.created', 'customer', made);
  return show('customer', made);
}

export function retrieveCustomer(call: Call): Answer {
  readParameters({}, call.parameters);
  return show('customer', ofPath('customer', call));
}

export function updateCustomer(call: Call): Answer {
  const { change, parameters } = call;
  const given = readParameters(shape, parameters);
  const before = ofPath('customer', call);
  const defaultMethod = given.invoice_settings?.default_payment_method;
  if (defaultMethod) checkDefault(call, before.id, defaultMethod);
  const after: CustomerRecord = {
    ...before,
    rev: before.rev + 1,
    name: given.name === undefined ? before.name : given.name,
    email: given.email === undefined ? before.email : given.email,
    phone: given.phone === undefined ? before.phone : given.phone,
    description: given.description === undefined ? before.description : given.description,
    metadata: changedMetadata(before.metadata, given.metadata),
    defaultMethod: defaultMethod === undefined ? before.defaultMethod : defaultMethod,
  };
  change.put('customer', after);
  change.tell('customer.updated', 'customer', after, previousOf(before, after));
  return show('customer', after);
}

function checkDefault({ change }: Call, customer: string, method: string): void {
  const found = change.get('payment_method', method);
  if (!found) throw missing('payment_method', method, 'invoice_settings[default_payment_method]');
  if (found.customer === customer) return;
  throw refused('The customer does not have a payment method with the ID ' + method + '. The payment method must be attached to the customer.', {
    code: 'resource_missing',
    param: 'invoice_settings[default_payment_method]',
  });
}

function previousOf(before: CustomerRecord, after: CustomerRecord): Record<string, unknown> {
  const fields = ['name', 'email', 'phone', 'description', 'metadata'] as const;
  const changed = fields.filter((field) => before[field] !== after[field]).map((field) => [field, before[field]]);
  const settings = before.defaultMethod === after.defaultMethod ? {} : { invoice_settings: { default_payment_method: before.defaultMethod } };
  return { ...Object.fromEntries(changed), ...settings };
}

/** The customer that a parameter names. @throws StripeError 400 */
export function customerNamed({ change }: Pick<Call, 'change'>, given: string | undefined): CustomerRecord | null {
  if (given === undefined) return null;
  const found = change.get('customer', given);
  if (!found) throw missing('customer', given, 'customer');
  return found;
}
