import { randomBytes } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { NotFound, NotSignedIn } from '@portico/kit';
import { z } from 'zod';
import type { Core } from '../core.ts';
import { isReady, withoutReasons } from '../observe/health.ts';
import { openApi, refuse, type Api } from './api.ts';
import { clientAddress } from './client-address.ts';
import { Door } from './door.ts';
import { sendFile } from './files.ts';
import { openPages, type PageHost } from './pages.ts';
import { keepAddressSecret, publicPageFinder, type PublicAddress } from './public-pages.ts';
import { jsonOf, readBody } from './read-body.ts';
import { targetOf } from './request-target.ts';
import { refusalOf } from './same-origin.ts';
import { freshNonce, setSecurityHeaders } from './security-headers.ts';
import { loadSlots } from './slots.ts';
import { Visit } from './visit.ts';

/** What the host is given by the web app. */
export interface HostOptions {
  /** Answers pages; finds a PageCall in `response.locals.call`. */
  readonly pages: RequestHandler;
  /** The folder of built files, served below `/assets`. Absent in development. */
  readonly assetsDir?: string;
}

/** What the handler of pages is given with a request. */
export interface PageCall {
  readonly door: Door;
  /** Path and query, one leading slash. */
  readonly target: string;
  /** Plugins that are on here: the routes of all others are as if they did not exist. */
  readonly enabled: ReadonlySet<string>;
  /** The whole body of an unsafe request. */
  readonly body: Buffer | undefined;
  /** The public page that is addressed: nobody is looked up for it. */
  readonly publicPage?: PublicAddress;
}

interface Parts {
  readonly core: Core;
  readonly api: Api;
  readonly pages: PageHost;
  readonly options: HostOptions;
  readonly assets: RequestHandler;
  readonly publicPageOf: (target: string) => PublicAddress | undefined;
}

/**
 * The way of every request (architecture 4): number → host name → tenant → files of the app → readiness → same origin →
 * API, files, pages. Nothing before the guard asks the database for more than the host.
 */
export function createHost(core: Core, options: HostOptions): Express {
  const app = express();
  app.disable('x-powered-by').set('etag', false).set('trust proxy', false).set('query parser', false);
  core.host.slots = (context, slot, props) => loadSlots(core, context, slot, props);
  const publicPageOf = publicPageFinder(core.registry);
  const parts: Parts = { core, api: openApi(core), pages: openPages(core), options, assets: assetsOf(options.assetsDir), publicPageOf };
  app.use((request, response, next) => {
    answer(parts, request, response, next).catch(next);
  });
  app.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => lastResort(parts, thrown, request, response, next));
  return app;
}

async function answer(parts: Parts, request: Request, response: Response, next: NextFunction): Promise<void> {
  const requestId = randomBytes(16).toString('hex');
  response.setHeader('X-Request-Id', requestId);
  measure(parts.core, request, response);
  const found = targetOf(request);
  const tenant = found && (await parts.core.tenants.byHost(found.host));
  if (!found || !tenant) return unknownHost(response);
  const nonce = freshNonce();
  setSecurityHeaders(response, nonce, tenant.url.startsWith('https:'));
  request.url = found.target;
  const ip = clientAddress(request.socket.remoteAddress ?? '', request.headers['x-forwarded-for'], parts.core.config.trustedProxies);
  const visit = new Visit(parts.core, tenant, requestId, nonce, request.headers, ip);
  const isPublicPage = parts.publicPageOf(found.target) !== undefined;
  const refusal = refusalOf({ method: request.method, target: found.target, headers: request.headers, isPublicPage }, tenant.url);
  if (refusal) {
    response.setHeader('Connection', 'close');
    return refuse(visit, response, refusal);
  }
  await dispatch(parts, visit, found.target, request, response, next);
}

function measure(core: Core, request: Request, response: Response): void {
  const end = core.host.metrics.requests.startTimer();
  const kind = /^\/(api|assets)\//.exec(request.url)?.[1] ?? 'page';
  response.once('close', () => void end({ kind, status: `${Math.floor(response.statusCode / 100)}xx` }));
}

// The same bytes for every path, and no word about who else lives here.
function unknownHost(response: Response): void {
  response.status(404).removeHeader('X-Request-Id');
  response.type('text/plain').set('Cache-Control', 'no-store').set('Connection', 'close').send('Not found\n');
}

async function dispatch(parts: Parts, visit: Visit, target: string, request: Request, response: Response, next: NextFunction): Promise<void> {
  const path = target.split('?', 1)[0]!;
  if (path.startsWith('/assets/')) return parts.assets(request, response, next);
  if (path === '/readyz') return ready(parts.core, response, { toAnybody: true });
  if (path === '/api' || path.startsWith('/api/')) return parts.api(visit, target, request, response);
  if (path.startsWith('/files/')) return sendFile(visit, path.slice('/files/'.length), response);
  if (path === '/portico/part-failures' && request.method === 'POST') return noteFailure(visit, request, response);
  return page(parts, visit, target, request, response, next);
}

// Pages are read and take forms: there is nothing else to do with them.
const PAGE_METHODS = new Set(['GET', 'HEAD', 'POST']);

async function page(
  { core, pages, options, publicPageOf }: Parts,
  visit: Visit,
  target: string,
  request: Request,
  response: Response,
  next: NextFunction,
): Promise<void> {
  let body: Buffer | undefined;
  try {
    if (!PAGE_METHODS.has(request.method)) throw new NotFound();
    if (request.method === 'POST') body = await readBody(request);
  } catch (error) {
    return refuse(visit, response, error);
  }
  const enabled = await core.enablement.of(visit.tenant.id);
  const publicPage = publicPageOf(target);
  if (publicPage) {
    visit.beAnybody();
    keepAddressSecret(response);
  }
  const call: PageCall = { door: new Door(visit, pages, response), target, enabled, body, ...(publicPage && { publicPage }) };
  response.locals.call = call;
  return options.pages(request, response, next);
}

/** Names the state of each part; 200 when requests can be answered. Anybody is told whether a part answers, the operator why not. */
export async function ready(core: Core, response: Response, { toAnybody }: { readonly toAnybody: boolean }): Promise<void> {
  const health = await core.health();
  const can = isReady(health);
  const parts = toAnybody ? withoutReasons(health) : health;
  response
    .status(can ? 200 : 503)
    .set('Cache-Control', 'no-store')
    .json({ state: can ? 'ready' : 'not ready', parts });
}

function assetsOf(folder: string | undefined): RequestHandler {
  const missing: RequestHandler = (_, response) => void response.status(404).type('text/plain').send('Not found\n');
  if (!folder) return (_request, _response, next) => next();
  const files = express.static(folder, {
    immutable: true,
    maxAge: '1y',
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    setHeaders: (response) => void response.removeHeader('Set-Cookie'),
  });
  return (request, response, next) => {
    request.url = request.url.slice('/assets'.length);
    files(request, response, (error?: unknown) => (error ? next(error) : missing(request, response, next)));
  };
}

const FailureReport = z.object({ plugin: z.string().max(60), part: z.string().max(200).optional(), message: z.string().max(2_000) });

// A browser tells that a plugin's part failed while it was drawn. Only signed-in people's reports count, so many in a while, and only of plugins that are on here.
async function noteFailure(visit: Visit, request: Request, response: Response): Promise<void> {
  try {
    const visitor = await visit.visitor();
    if (!visitor) throw new NotSignedIn();
    const report = FailureReport.parse(jsonOf(await readBody(request), request.headers['content-type']));
    if (!(await visit.core.enablement.of(visit.tenant.id)).has(report.plugin)) throw new NotFound();
    await visit.core.host.limits.partFailures.count(visit.tenant, visitor.actor.id);
    visit.core.failures.note(visit.tenant.id, report.plugin, `in the browser: ${report.part ?? ''}`, report.message);
    response.status(204).end();
  } catch (error) {
    refuse(visit, response, error);
  }
}

// Reached when the host itself fails, for example with the database away before a tenant is known.
function lastResort({ core, publicPageOf }: Parts, thrown: unknown, request: Request, response: Response, next: NextFunction): void {
  core.log.error('a request failed', {
    path: publicPageOf(request.url)?.pattern ?? request.path,
    because: thrown instanceof Error ? thrown.stack : String(thrown),
  });
  if (response.headersSent) return next(thrown);
  response.status(503).set('Retry-After', '2').set('Cache-Control', 'no-store').type('text/plain').send('Not available at the moment. Please try again.\n');
}
