import type { Collection } from '../store/collection.ts';
import type { AnyRecord, EventRecord, Kind } from '../store/records.ts';
import type { Account } from '../store/account.ts';
import type { Answer, Call } from './call.ts';
import { id, list, oneOf, paging, type Read, readParameters } from './parameters.ts';
import * as views from './render.ts';
import { invalid, missing } from './stripe-error.ts';

type Paging = Read<typeof paging>;
type Row = { readonly id: string; readonly created: number };

/** One page of a collection: newest first, at most `limit` (10), behind or before an object, made within a range. */
function page<R extends Row>(
  kind: Kind | 'event',
  rows: Collection<R>,
  given: Paging,
  wanted: (row: R) => boolean,
  owner?: string,
): { rows: R[]; more: boolean } {
  const limit = given.limit ?? 10;
  if (limit < 1 || limit > 100)
    throw invalid(
      `This value must be ${limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'} (it currently is '${limit}').`,
      'limit',
      'parameter_invalid_integer',
    );
  if (given.starting_after && given.ending_before)
    throw invalid('You may only specify one of these parameters: starting_after, ending_before.', 'ending_before');
  for (const cursor of ['starting_after', 'ending_before'] as const) if (given[cursor] && !rows.get(given[cursor])) throw missing(kind, given[cursor], cursor);
  const found: R[] = [];
  const source = given.ending_before ? rows.after(given.ending_before) : rows.newest(given.starting_after, owner);
  for (const row of source) {
    if (!wanted(row) || !isWithin(row.created, given.created)) continue;
    if (found.push(row) > limit) break;
  }
  const more = found.length > limit;
  if (more) found.pop();
  return { rows: given.ending_before ? found.toReversed() : found, more };
}

function isWithin(at: number, { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity }: NonNullable<Paging['created']> = {}): boolean {
  return at > gt && at >= gte && at < lt && at <= lte;
}

const answer = (url: string, data: object[], more: boolean): Answer => ({ value: { object: 'list', data, has_more: more, url } });

function listOf<K extends Kind>(kind: K, url: string, call: Call, given: Paging, wanted: (row: never) => boolean = () => true, owner?: string): Answer {
  const { account } = call;
  const { rows, more } = page(kind, account[kind] as unknown as Collection<AnyRecord>, given, wanted as (row: AnyRecord) => boolean, owner);
  return answer(
    url,
    rows.map((row) => views.render(kind, row, account)),
    more,
  );
}

export function listCustomers(call: Call): Answer {
  const given = readParameters({ ...paging, email: id }, call.parameters);
  return listOf('customer', '/v1/customers', call, given, ({ email }: { email: string | null }) => given.email === undefined || email === given.email);
}

/** `/v1/payment_methods?customer=…` and `/v1/customers/…/payment_methods`. */
export function listPaymentMethods(call: Call): Answer {
  const inPath = call.id !== '';
  const given = readParameters({ ...paging, ...(inPath ? {} : { customer: id }), type: oneOf('card') }, call.parameters) as Paging & { customer?: string };
  const customer = inPath ? call.id : given.customer;
  if (customer === undefined) throw invalid('Missing required param: customer.', 'customer', 'parameter_missing');
  if (!call.account.customer.get(customer)) throw missing('customer', customer, inPath ? undefined : 'customer');
  const url = inPath ? `/v1/customers/${customer}/payment_methods` : '/v1/payment_methods';
  return listOf('payment_method', url, call, given, (row: { customer: string | null }) => row.customer === customer, customer);
}

export function listPaymentIntents(call: Call): Answer {
  const given = readParameters({ ...paging, customer: id }, call.parameters);
  return listOf('payment_intent', '/v1/payment_intents', call, given, ofCustomer(given.customer), given.customer);
}

const ofCustomer =
  (customer: string | undefined) =>
  (row: { customer: string | null }): boolean =>
    customer === undefined || row.customer === customer;

export function listCharges(call: Call): Answer {
  const given = readParameters({ ...paging, customer: id, payment_intent: id }, call.parameters);
  const { payment_intent: intent, customer } = given;
  if (intent === undefined) return listOf('charge', '/v1/charges', call, given, ofCustomer(customer), customer);
  const some = new Set(call.account.chargesOfIntent.get(intent));
  const owner = call.account.payment_intent.get(intent)?.customer ?? undefined;
  return listOf('charge', '/v1/charges', call, given, (row: { id: string; customer: string | null }) => some.has(row.id) && ofCustomer(customer)(row), owner);
}

export function listRefunds(call: Call): Answer {
  const given = readParameters({ ...paging, charge: id, payment_intent: id }, call.parameters);
  const { charge, payment_intent: intent } = given;
  const wanted = (row: { charge: string; intent: string }): boolean => (charge ?? row.charge) === row.charge && (intent ?? row.intent) === row.intent;
  return listOf('refund', '/v1/refunds', call, given, wanted, charge);
}

export function listWebhookEndpoints(call: Call): Answer {
  return listOf('webhook_endpoint', '/v1/webhook_endpoints', call, readParameters(paging, call.parameters));
}

export function listEvents(call: Call): Answer {
  const { account } = call;
  const given = readParameters({ ...paging, type: id, types: list }, call.parameters);
  const types = given.types ?? (given.type === undefined ? undefined : [given.type]);
  const matches = (type: string, wanted: string): boolean =>
    wanted === '*' || type === wanted || (wanted.endsWith('.*') && type.startsWith(wanted.slice(0, -1)));
  const { rows, more } = page('event', account.events, given, ({ type }) => !types || types.some((wanted) => matches(type, wanted)));
  return answer(
    '/v1/events',
    rows.map((row) => showEvent(account, row)),
    more,
  );
}

export function retrieveEvent(call: Call): Answer {
  readParameters({}, call.parameters);
  const found = call.account.events.get(call.id);
  if (!found) throw missing('event', call.id);
  return { value: showEvent(call.account, found) };
}

/** An event as it is listed and delivered, with the number of endpoints that have not taken it yet. */
export function showEvent(account: Account, event: EventRecord): object {
  let waiting = 0;
  for (const endpoint of account.webhook_endpoint.values()) if (account.deliveries.get(`${event.id}:${endpoint.id}`)?.state === 'pending') waiting += 1;
  return views.event(event, account, waiting);
}
