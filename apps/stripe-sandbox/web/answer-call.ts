import { documentation } from '../api/documentation.ts';
import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../api/call.ts';
import { expand, refuseUnexpandable, wantedExpansions } from '../api/expand.ts';
import { type Parameters, parseForm } from '../api/form-body.ts';
import { docUrl, paymentIntent, paymentMethod, render, setupIntent } from '../api/render.ts';
import { findRoute, type Route } from '../api/routes.ts';
import { StripeError } from '../api/stripe-error.ts';
import type { Fault, Faults, Moment } from '../control/faults.ts';
import type { Account } from '../store/account.ts';
import { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { KeptAnswer } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { readApiKey } from './api-key.ts';
import type { RateLimit } from './rate-limit.ts';
import type { LoggedRequest, RequestLog } from './request-log.ts';

/** What a call needs of the house. */
export interface House {
  readonly store: Store;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly limits: RateLimit;
}

/** One HTTP request to the API; the body is read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly logged: LoggedRequest;
}

/** The connection is cut without an answer. */
export class Dropped extends Error {}

interface Step {
  readonly house: House;
  readonly asked: Asked;
  readonly account: Account;
  readonly route: Route;
  readonly id: string;
  readonly publishable: boolean;
  readonly key: string | null;
  readonly requestId: string;
  readonly logged: LoggedRequest;
}

/** Answers a call as Stripe would: who asks, how often, whether it was asked before; then what it changes, on disk before it is told. */
export async function answerCall(house: House, asked: Asked): Promise<Told> {
  const requestId = freshId('req_', 14);
  const { 'idempotency-key': given, 'user-agent': agent } = asked.headers;
  const key = typeof given === 'string' && given !== '' && asked.method === 'POST' ? given : null;
  let logged: LoggedRequest | undefined;
  const log = (account: string | null): LoggedRequest => (logged = house.log.add(account, asked.method, asked.path, key, agent ?? null));
  try {
    const { account: name, publishable } = readApiKey(asked.headers);
    const account = house.store.account(name);
    log(name);
    const { route, id } = routeOf(asked, publishable);
    house.limits.take(account, route.name);
    return await answerOnce({ house, asked, account, route, id, publishable, key, requestId, logged: logged! });
  } catch (failure) {
    if (!(failure instanceof StripeError)) throw failure;
    const account = logged?.account ? house.store.account(logged.account) : undefined;
    return { ...errorAnswer(failure, account), requestId, logged: logged ?? log(null) };
  }
}

function routeOf({ method, path }: Asked, publishable: boolean): { route: Route; id: string } {
  const found = findRoute(method, path);
  if (!found)
    throw new StripeError(
      404,
      'invalid_request_error',
      `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see ${documentation}.`,
      { unbegun: true },
    );
  if (publishable && !found.route.public)
    throw new StripeError(401, 'invalid_request_error', 'This API call cannot be made with a publishable API key. Please use a secret API key.', {
      code: 'secret_key_required',
      unbegun: true,
    });
  return found;
}

/** The same key twice is the same answer twice. */
async function answerOnce(step: Step): Promise<Told> {
  const { account, key, asked } = step;
  if (key === null) return await carryOut(step, '');
  if (key.length > 255) throw new StripeError(400, 'invalid_request_error', 'Idempotency keys can have at most 255 characters.', { unbegun: true });
  const parameters = hash('sha1', asked.body.split('&').sort().join('&'), 'base64');
  if (account.keysInUse.has(key))
    throw new StripeError(
      409,
      'idempotency_error',
      `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
      { code: 'idempotency_key_in_use', unbegun: true },
    );
  const kept = account.answerOf(key);
  if (kept) return await replay(step, kept, parameters);
  account.keysInUse.add(key);
  try {
    return await carryOut(step, parameters);
  } finally {
    account.keysInUse.delete(key);
  }
}

async function replay(step: Step, kept: KeptAnswer, parameters: string): Promise<Told> {
  const { account, asked, key, requestId, logged, house } = step;
  if (kept.path !== asked.path || kept.parameters !== parameters) {
    const what =
      kept.path === asked.path ? 'with the same parameters they were first used with' : `for the same endpoint they were first used for ('${kept.path}')`;
    throw new StripeError(
      400,
      'idempotency_error',
      `Keys for idempotent requests can only be used ${what}. Try using a key other than '${key}' if you meant to execute a different request.`,
      { unbegun: true },
    );
  }
  await house.store.settled();
  // Nothing is done again, but the connection may break again.
  for (const at of ['before-commit', 'after-commit'] as const) {
    const fault = takeFault(step, at);
    if (fault) await suffer(step, fault);
  }
  const body = kept.body ?? JSON.stringify(render(kept.kind!, kept.shown!, account));
  return { status: kept.status, body, headers: { 'idempotent-replayed': 'true' }, requestId, logged };
}

/** Runs the call, commits what it changes together with the answer that is kept, and waits until both are on disk. */
async function carryOut(step: Step, parameters: string): Promise<Told> {
  const { house, account, key, asked, requestId, logged } = step;
  const before = takeFault(step, 'before-commit');
  const after = takeFault(step, 'after-commit');
  if (before) await suffer(step, before);
  const outcome = before?.do === '500' ? { ...nothing(step), answer: unknownError() } : run(step);
  if (after?.do === '500') outcome.answer = unknownError();
  let told: Presented | undefined;
  house.store.commit(outcome.change, () => {
    told = present(outcome.answer, outcome.wanted, account);
    if (key === null || !outcome.begun) return undefined;
    return { key, path: asked.path, parameters, at: account.now(), status: told.status, ...told.keep };
  });
  const waiting = house.store.settled();
  if (waiting) await waiting;
  if (asked.method !== 'GET') {
    logged.state = 'committed';
    logged.committedAt = Date.now();
  }
  if (after) await suffer(step, after);
  return { ...told!, requestId, logged };
}

interface Outcome {
  answer: Answer;
  readonly change: Change;
  /** Fields to be shown as objects. */
  readonly wanted: string[];
  /** An answer is kept under its key from when the call began. */
  readonly begun: boolean;
}

function run(step: Step): Outcome {
  const { asked, route, account, id, publishable } = step;
  const outcome = nothing(step);
  const { change } = outcome;
  try {
    const parameters: Parameters = parseForm(asked.method === 'POST' ? asked.body : asked.query);
    const wanted = wantedExpansions(parameters);
    const answer = route.run({ account, change, parameters, id, publishable });
    if ('kind' in answer) refuseUnexpandable(answer.kind, wanted);
    return { answer, change, wanted, begun: true };
  } catch (failure) {
    if (!(failure instanceof StripeError)) throw failure;
    return { ...nothing(step), answer: failure, begun: !failure.details.unbegun };
  }
}

const nothing = ({ account, requestId, key }: Step): Outcome => ({
  answer: { value: null },
  change: new Change(account, { request: requestId, key }),
  wanted: [],
  begun: true,
});

const unknownError = (): StripeError => new StripeError(500, 'api_error', 'An unknown error occurred');

interface Presented {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is enough to give this very answer again. */
  readonly keep: Pick<KeptAnswer, 'kind' | 'shown' | 'body'>;
}

export function present(answer: Answer, wanted: string[], account: Account): Presented {
  if (answer instanceof StripeError) return errorAnswer(answer, account);
  const shown = 'kind' in answer ? Object.assign(render(answer.kind, answer.record, account), answer.once) : (answer.value as object);
  expand(shown, wanted, account);
  const body = JSON.stringify(shown);
  const plain = 'kind' in answer && wanted.length === 0 && !answer.once;
  return { status: 200, body, keep: plain ? { kind: answer.kind, shown: answer.record, body: null } : { kind: null, shown: null, body } };
}

export function errorAnswer({ status, type, message, details }: StripeError, account: Account | undefined): Presented {
  const { code, declineCode, param, charge, intent, setup, method, headers } = details;
  const tried = method === undefined ? undefined : account?.payment_method.get(method);
  const error = {
    ...(charge ? { charge } : {}),
    ...(code ? { code, doc_url: docUrl(code) } : {}),
    ...(declineCode ? { decline_code: declineCode } : {}),
    message,
    ...(param ? { param } : {}),
    ...(intent ? { payment_intent: paymentIntent(intent, account!) } : {}),
    ...(tried ? { payment_method: paymentMethod(tried) } : {}),
    ...(setup ? { setup_intent: setupIntent(setup, account!) } : {}),
    type,
  };
  const body = JSON.stringify({ error });
  return { status, body, headers, keep: { kind: null, shown: null, body } };
}

function takeFault({ house, asked, account }: Step, at: Moment): Fault | undefined {
  return house.faults.take(at, asked.method, asked.path, account.name);
}

/** What a fault does to the time of a call, or to its connection. */
async function suffer({ house, asked, logged }: Step, fault: Fault): Promise<void> {
  if (fault.do === 'drop') {
    logged.state = 'dropped';
    throw new Dropped();
  }
  if (fault.do === 'delay') await pause(fault.ms);
  if (fault.do !== 'hold') return;
  const { state } = logged;
  logged.state = 'held';
  logged.heldAt = fault.at as 'before-commit' | 'after-commit';
  await house.faults.hold(fault, `${asked.method} ${asked.path}`, logged);
  logged.state = state;
}
