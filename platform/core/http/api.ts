import type { Request, Response } from 'express';
import { Forbidden, LIMITS, NotFound, NotSignedIn, PorticoError, readInput, type Id } from '@portico/kit';
import { Answered, FileAnswer, type Actor, type Ctx, type FoldedItem, type RawRequest, type RouteRequest } from '@portico/kit/server';
import type { Core } from '../core.ts';
import { NOBODY, SYSTEM } from '../context/actors.ts';
import type { BeforeCommit } from '../context/host-context.ts';
import { TooSlow as BudgetSpent, withinBudget } from '../hooks/call.ts';
import { Folds } from '../database/fold.ts';
import { knownError } from '../errors/known-error.ts';
import { afterInput, UnfitValue } from '../errors/own-value.ts';
import { sendAnswerFile } from './answer-file.ts';
import { networkOf } from './client-address.ts';
import { answerOnce, type KeptAnswer } from './idempotency.ts';
import { openApiOf } from './openapi.ts';
import { problemDetailsOf } from './problem-details.ts';
import { pathAndQuery } from './same-origin.ts';
import { jsonOf, readBody, valuesOf } from './read-body.ts';
import { PasswordChangeNeeded, TooSlow } from './refusals.ts';
import { API_ROOT, hasIds, Me, operationFinder, operationsOf, type MatchedOperation, type Operation } from './routes.ts';
import type { Visit, Visitor } from './visit.ts';

/** Answers everything below `/api`. `target` is path and query. */
export type Api = (visit: Visit, target: string, request: Request, response: Response) => Promise<void>;

/** What is known of a call once it may be made. */
interface Call extends MatchedOperation {
  readonly visit: Visit;
  readonly visitor: Visitor;
  readonly query: URLSearchParams;
}

/** Opens the API over the routes of every installed plugin. Enablement is asked at each call. */
export function openApi(core: Core): Api {
  const operations = operationsOf(core.registry);
  const find = operationFinder(operations);
  const folds = new Folds();
  return async (visit, target, request, response) => {
    const [path, search] = pathAndQuery(target);
    try {
      const own = await coreAnswer(visit, operations, request.method, path);
      const answer = own ?? (await answerCall(await callOf(visit, find, request.method, path, search), request, folds));
      send(response, answer);
    } catch (error) {
      refuse(visit, response, error);
    }
  };
}

// The core's own two: what there is, and who I am.
async function coreAnswer(visit: Visit, operations: readonly Operation[], method: string, path: string): Promise<KeptAnswer | undefined> {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  if (path === `${API_ROOT}/openapi.json`) {
    const enabled = await visit.core.enablement.of(visit.tenant.id);
    return {
      status: 200,
      body: openApiOf(
        visit.tenant,
        operations.filter(({ pluginId }) => enabled.has(pluginId)),
      ),
    };
  }
  if (path !== `${API_ROOT}/me`) return undefined;
  const visitor = await visit.caller();
  if (!visitor) throw new NotSignedIn();
  return { status: 200, body: Me.parse(visitor.actor) };
}

type Find = ReturnType<typeof operationFinder>;

// In this order: exists and is on here; somebody acts, or it is open to anybody; may do it; the address can name a thing.
async function callOf(visit: Visit, find: Find, method: string, path: string, search: string | undefined): Promise<Call> {
  const matched = find(method === 'HEAD' ? 'GET' : method, path);
  if (!matched || !(await visit.core.enablement.of(visit.tenant.id)).has(matched.operation.pluginId)) throw new NotFound();
  const visitor = matched.operation.route.open ? await anybody(visit) : await visit.caller();
  if (!visitor) throw new NotSignedIn();
  demandRight(visit, matched.operation, visitor);
  if (!hasIds(matched.params)) throw new NotFound();
  return { ...matched, visit, visitor, query: new URLSearchParams(search) };
}

// Whoever calls an open operation is nobody: not even with a session, of which another site's page could make use.
async function anybody({ core, tenant, ip }: Visit): Promise<Visitor> {
  await core.host.limits.openCalls.count(tenant, networkOf(ip));
  return { actor: NOBODY };
}

function demandRight(visit: Visit, { pluginId, route }: Operation, { actor, user }: Visitor): void {
  if (route.open) return;
  if (user?.mustChangePassword) throw new PasswordChangeNeeded();
  if (actor.sourceId && !route.sourceMay) throw new Forbidden();
  visit.contextFor(pluginId, actor).demand(route.may.action, route.may.subject);
}

async function answerCall(call: Call, request: Request, folds: Folds): Promise<KeptAnswer> {
  const { route } = call.operation;
  const body = route.method === 'get' ? Buffer.alloc(0) : await readBody(request);
  const answer = async (beforeCommit?: BeforeCommit) => checked(call, await performed(call, routeRequestOf(call, body, request), folds, beforeCommit));
  const key = request.headers['idempotency-key'];
  // among strangers, who share one namespace of keys, the first to use another's key would take its answer
  if (route.method !== 'post' || route.open || typeof key !== 'string' || key === '') return answer();
  const newContext = () => call.visit.contextFor(call.operation.pluginId, call.visitor.actor);
  return answerOnce(newContext, { key, request: `POST ${request.originalUrl}`, body, isSecret: route.secretAnswer === true }, answer);
}

type Asked = RouteRequest<unknown, unknown> & Partial<RawRequest>;

function routeRequestOf({ operation, params, query }: Call, body: Buffer, request: Request): Asked {
  const { route } = operation;
  return {
    params,
    query: route.query ? readInput(route.query, valuesOf(query)) : {},
    body: route.body ? readInput(route.body, jsonOf(body, request.headers['content-type'])) : undefined,
    ...(route.raw ? { raw: body, headers: headersOf(request) } : {}),
  };
}

// Who called is the host's to know: what proves it goes no further.
function headersOf({ headers }: Request): Record<string, string> {
  const { cookie: _cookie, authorization: _authorization, ...others } = headers;
  return Object.fromEntries(Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [[name, [value].flat().join(', ')]])));
}

// What a schema refuses after the input was read is the plugin's own mistake: not the caller's 422.
async function performed(call: Call, request: Asked, folds: Folds, beforeCommit?: BeforeCommit): Promise<unknown> {
  const { visit, operation } = call;
  try {
    return await afterInput(() => perform(call, request, folds, beforeCommit));
  } catch (error) {
    if (error instanceof UnfitValue) visit.core.failures.note(visit.tenant.id, operation.pluginId, `operation ${operation.route.name}`, error);
    throw error;
  }
}

async function perform(call: Call, request: Asked, folds: Folds, beforeCommit?: BeforeCommit): Promise<unknown> {
  const { visit, visitor, operation } = call;
  const { route, pluginId } = operation;
  const { fold, handle } = route;
  if (!fold) return inTime(call, (ctx) => handle!(ctx, request), beforeCommit);
  const { together } = fold;
  // the statement itself has the database's own limits: many callers share it
  const item: FoldedItem<unknown> = { actor: visitor.actor, input: await inTime(call, async (ctx) => fold.prepare(ctx, request)) };
  return folds.submit(foldKey(visit.tenant.id, operation), item, (items) => contextOfAll(visit, pluginId, items).inTenant((tx) => together(tx, items)));
}

// A plugin that hangs costs its callers one answer, noted under its name.
async function inTime<T>({ visit, visitor, operation: { route, pluginId } }: Call, work: (ctx: Ctx) => Promise<T>, beforeCommit?: BeforeCommit): Promise<T> {
  try {
    return await withinBudget(Math.min(route.budgetMs ?? LIMITS.operationMs, LIMITS.operationMs), (budget) =>
      work(visit.contextFor(pluginId, visitor.actor, budget, beforeCommit)),
    );
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    visit.core.failures.note(visit.tenant.id, pluginId, `operation ${route.name}`, error);
    throw new TooSlow();
  }
}

const foldKey = (tenantId: Id, { pluginId, route }: Operation): string => `${tenantId} ${pluginId} ${route.name}`;

// A batch of one actor runs as that actor; calls of several run as the product, and each item names its own.
function contextOfAll(visit: Visit, pluginId: string, items: readonly { actor: Actor }[]): Ctx {
  const [first] = items;
  return visit.contextFor(pluginId, items.every(({ actor }) => actor.id === first?.actor.id) ? first!.actor : SYSTEM);
}

// Outside production an answer must be what the operation promises; in production a schema costs nobody time.
function checked({ operation: { route } }: Call, given: unknown): KeptAnswer {
  const status = given instanceof Answered ? given.status : (route.status ?? 200);
  const body = given instanceof Answered ? given.body : given;
  if (status !== (route.status ?? 200) && !route.alsoStatus?.includes(status)) throw new Error(`${route.name} answered ${status}, which it does not promise`);
  if (status === 204) return { status, body: undefined };
  if (body instanceof FileAnswer) return checkedFile(route, status, body);
  if (process.env.NODE_ENV === 'production') return { status, body };
  const parsed = route.answer.safeParse(JSON.parse(JSON.stringify(body ?? null)));
  if (!parsed.success) throw new Error(`${route.name} answered what it does not promise: ${parsed.error.message}`);
  return { status, body };
}

function checkedFile(route: Operation['route'], status: number, body: FileAnswer): KeptAnswer {
  if (route.method !== 'get') throw new Error(`${route.name} answered with a file, which only an operation that reads can`);
  const parsed = route.answer.safeParse(body);
  if (!parsed.success) throw new Error(`${route.name} answered with a file that it does not promise: ${parsed.error.message}`);
  return { status, body };
}

function send(response: Response, { status, body }: KeptAnswer): void {
  response.status(status);
  if (body instanceof FileAnswer) sendAnswerFile(response, body);
  else if (body === undefined || status === 204) response.end();
  else response.type('application/json').send(JSON.stringify(body));
}

/** Answers with problem details. What nobody foresaw is logged with its stack, and nothing of it is told. */
export function refuse(visit: Visit, response: Response, thrown: unknown): void {
  const error = knownError(thrown);
  if (!error) visit.core.log.error('a request failed', { trace: visit.requestId, because: thrown instanceof Error ? thrown.stack : String(thrown) });
  else if (!(thrown instanceof PorticoError))
    visit.core.log.warn('input was refused late', { trace: visit.requestId, because: String((thrown as { message?: unknown }).message).slice(0, 500) });
  const problem = problemDetailsOf(error, visit.text, visit.requestId);
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (error?.values.seconds !== undefined) response.setHeader('Retry-After', String(error.values.seconds));
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
