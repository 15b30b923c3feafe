import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { parseForm } from '../api/form-body.ts';
import { answerPaymentQuestion } from '../api/payment-intents.ts';
import { answerSetupQuestion } from '../api/setup-intents.ts';
import { missing, StripeError } from '../api/stripe-error.ts';
import { Change } from '../store/change.ts';
import type { Account } from '../store/account.ts';
import { accountPage, accountsPage } from '../page/overview.ts';
import { errorAnswer, type House, present } from './answer-call.ts';
import { readApiKey } from './api-key.ts';
import { show } from '../api/call.ts';
import type { PageAnswer, Pages } from './listen.ts';
import { fromThisMachine } from './local-origin.ts';

/** The folder of the browser's files, seen from the source and from `dist` alike. */
const browser = path.join(import.meta.dirname.replace(/[\\/](dist|web)$/, ''), 'browser');
const file = (name: string): string => readFileSync(path.join(browser, name), 'utf8');
/** The script of the page around: it may leave no names of its own there. */
const script = (): string => `(() => {\n'use strict';\n${file('card-script.js')}})();\n`;

/** A frame runs what comes from here and speaks to here alone; whoever has a page may show it. */
const framed = {
  'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; frame-ancestors *",
};
const alone = { 'content-security-policy': "default-src 'none'; style-src 'self'; form-action 'none'; frame-ancestors 'none'" };
const anywhere = { 'cross-origin-resource-policy': 'cross-origin' };

type Asset = readonly [name: string, type: string, headers?: Record<string, string>];
const assets: Record<string, Asset> = {
  '/v3/': ['card-script.js', 'text/javascript', anywhere],
  '/v3': ['card-script.js', 'text/javascript', anywhere],
  '/card': ['card.html', 'text/html', framed],
  '/challenge': ['challenge.html', 'text/html', framed],
  '/assets/card.js': ['card.js', 'text/javascript'],
  '/assets/challenge.js': ['challenge.js', 'text/javascript'],
  '/assets/line.js': ['line.js', 'text/javascript'],
  '/assets/frame.css': ['frame.css', 'text/css'],
  '/assets/page.css': ['page.css', 'text/css'],
};

/** All that is shown beside the API: the card element, the bank's question, and what the sandbox holds. */
export function pagesOf(house: House): Pages {
  return async (request, url, body) => {
    const asset = request.method === 'GET' ? assets[url.pathname] : undefined;
    if (asset) return { status: 200, type: `${asset[1]}; charset=utf-8`, body: asset[0] === 'card-script.js' ? script() : file(asset[0]), headers: asset[2] };
    if (!fromThisMachine(request)) return { status: 403, type: 'text/plain; charset=utf-8', body: 'This is shown on this machine only.' };
    if (`${request.method} ${url.pathname}` === 'POST /challenge') return await answerBank(house, request, body);
    if (request.method !== 'GET') return undefined;
    if (url.pathname === '/readyz') return { status: 200, type: 'application/json', body: '{"ready":true}' };
    if (url.pathname === '/') return html(accountsPage(house));
    const account = house.store.accounts.get(decodeURIComponent(/^\/holdings\/([^/]+)$/.exec(url.pathname)?.[1] ?? ''));
    return account && html(accountPage(house, account));
  };
}

const html = (body: string): PageAnswer => ({ status: 200, type: 'text/html; charset=utf-8', body, headers: alone });

/** What the owner pressed in the dialog; answered as a confirm of the intent is. */
async function answerBank({ store }: House, { headers }: IncomingMessage, body: string): Promise<PageAnswer> {
  let account: Account | undefined;
  try {
    account = store.account(readApiKey(headers).account);
    const { client_secret: secret, outcome } = parseForm(body);
    const change = new Change(account, { request: null, key: null });
    const answer = answerQuestion(change, String(secret), outcome === 'complete');
    let told = { status: 0, body: '' };
    store.commit(change, () => {
      told = present(answer, [], account!);
      return undefined;
    });
    await store.settled();
    return { ...told, type: 'application/json' };
  } catch (failure) {
    if (!(failure instanceof StripeError)) throw failure;
    return { ...errorAnswer(failure, account), type: 'application/json' };
  }
}

function answerQuestion(change: Change, secret: string, proved: boolean) {
  const id = secret.split('_secret_')[0]!;
  const kind = id.startsWith('seti_') ? 'setup_intent' : 'payment_intent';
  const intent = change.get(kind, id);
  if (intent?.secret !== secret || intent.status !== 'requires_action') throw missing(kind, id);
  const outcome = kind === 'setup_intent' ? answerSetupQuestion(change, intent as never, proved) : answerPaymentQuestion(change, intent as never, proved);
  return outcome instanceof StripeError ? outcome : show(kind, outcome as never);
}
