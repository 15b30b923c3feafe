import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cardNamed, cardNumbered } from '../cards/test-cards.ts';
import type { Account, Limits } from '../store/account.ts';
import { Change, type Settings } from '../store/change.ts';
import type { House } from '../web/answer-call.ts';
import { fromThisMachine } from '../web/local-origin.ts';
import { parseFault } from './faults.ts';
import { settle } from './settle.ts';
import { stateOf } from './state.ts';

type Body = Record<string, unknown>;
type Order = (house: House, body: Body, query: URLSearchParams) => unknown;

/** What tests and people may tell the sandbox. Each answers JSON; what it throws is a sentence, answered with 400. */
const orders: Record<string, Order> = {
  'GET /readyz': () => ({ ready: true }),
  'GET /control/requests': ({ log }, _, query) => log.list(requestFilter(query)),
  'GET /control/state': ({ store }, _, query) => stateOf(store, query.get('account'), query.get('kind')),
  'GET /control/faults': ({ faults }) => ({ faults: faults.list(), held: faults.held() }),
  'POST /control/faults': ({ faults }, body) => faults.add(parseFault(body)),
  'DELETE /control/faults': ({ faults }) => {
    faults.clear();
    return { faults: faults.list(), held: faults.held() };
  },
  'POST /control/release': ({ faults }, body) => ({ released: faults.release({ id: wholeNumber(body, 'id'), request: wholeNumber(body, 'request') }) }),
  'POST /control/clock': advanceClock,
  'POST /control/limits': setLimits,
  'POST /control/settle': ({ store }, body) => {
    const outcome = text(body, 'outcome');
    if (outcome !== 'succeed' && outcome !== 'fail') throw new Error('"outcome" is succeed or fail.');
    settle(store, store.account(text(body, 'account')), text(body, 'id'), outcome === 'succeed');
    return { settled: body.id };
  },
  'POST /control/cards': treatCardLike,
};

/** Listens on 127.0.0.1 for what tests say; not for pages of other origins. */
export async function listenForControl(house: House, port: number): Promise<{ port: number; server: Server }> {
  const server = createServer((request, response) => {
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(value));
    };
    carryOut(house, request).then(
      (answer) => (answer === undefined ? send(404, { error: `There is ${Object.keys(orders).join(', ')}.` }) : send(200, answer)),
      (failure: Error) => send(400, { error: failure.message }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return { port: (server.address() as AddressInfo).port, server };
}

async function carryOut(house: House, request: IncomingMessage): Promise<unknown> {
  if (!fromThisMachine(request)) throw new Error('A page of another origin may not use the control port.');
  const url = new URL(request.url ?? '/', 'http://control.invalid');
  const order = orders[`${request.method} ${url.pathname}`];
  if (!order) return undefined;
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part as string;
  const answer = order(house, body === '' ? {} : (JSON.parse(body) as Body), url.searchParams);
  await house.store.settled();
  return answer;
}

function requestFilter(query: URLSearchParams) {
  const since = query.get('since') ?? '0';
  if (!/^\d{1,15}$/.test(since)) throw new Error('"since" is the number of a call.');
  return { since: Number(since), path: query.get('path') ?? '', account: query.get('account') ?? undefined, state: query.get('state') ?? undefined };
}

/** One account, or all that there are. */
function accountsOf({ store }: House, body: Body): Account[] {
  return body.account === undefined ? [...store.accounts.values()] : [store.account(text(body, 'account'))];
}

function tellSettings(house: House, account: Account, settings: Settings): void {
  const change = new Change(account, { request: null, key: null });
  change.settings = settings;
  house.store.commit(change);
}

function advanceClock(house: House, body: Body): unknown {
  const seconds = wholeNumber(body, 'advance');
  if (seconds === undefined || seconds < 0) throw new Error('"advance" is a whole number of seconds; a clock only goes forward.');
  for (const account of accountsOf(house, body)) tellSettings(house, account, { ahead: account.ahead + seconds });
  return Object.fromEntries(accountsOf(house, body).map((account) => [account.name, account.now()]));
}

/** Without an account: for all, and for those that come. */
function setLimits(house: House, body: Body): unknown {
  const limit = (name: string, before: number | null): number | null => {
    const value = body[name];
    if (value === undefined) return before;
    if (value !== null && !(typeof value === 'number' && value > 0)) throw new Error(`"${name}" is a number above zero, or null for none.`);
    return value;
  };
  const changed = (before: Limits): Limits => ({ perSecond: limit('perSecond', before.perSecond), perEndpoint: limit('perEndpoint', before.perEndpoint) });
  if (body.account === undefined) house.store.limits = changed(house.store.limits);
  for (const account of accountsOf(house, body)) tellSettings(house, account, { limits: changed(account.limits) });
  return Object.fromEntries(accountsOf(house, body).map((account) => [account.name, account.limits]));
}

/** From now on the bank treats an attached card like another: lost, without funds, good again. */
function treatCardLike({ store }: House, body: Body): unknown {
  const account = store.account(text(body, 'account'));
  const method = text(body, 'payment_method');
  if (!account.payment_method.get(method)) throw new Error(`${account.name} has no payment method ${method}.`);
  const like = text(body, 'like');
  const card = cardNamed(like) ?? cardNumbered(like);
  if (!card) throw new Error(`"like" is the name or the number of a test card, not ${like}.`);
  tellSettings({ store } as House, account, { treatedLike: [method, card.name] });
  return { payment_method: method, like: card.name };
}

function text(body: Body, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`"${name}" is missing.`);
}

function wholeNumber(body: Body, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || Number.isInteger(value)) return value as number | undefined;
  throw new Error(`"${name}" is a whole number.`);
}
