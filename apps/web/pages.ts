import { createRequestHandler, type ServerBuild } from '@remix-run/node';
import type { Request as ExpressRequest, RequestHandler, Response as ExpressResponse } from 'express';
import type { PageCall } from '@portico/core';
import type { PartsAddress } from './app/plugin-parts.ts';

type Handle = ReturnType<typeof createRequestHandler>;
type Build = ServerBuild | (() => Promise<ServerBuild>);

/** The most handlers that are kept: one for each set of switched-on plugins and each plugin that is addressed. */
const MOST_KEPT = 500;

/**
 * Answers pages through Remix. For each set of switched-on plugins there is a build that knows the routes of no other
 * plugin: an address of a switched-off plugin is an address that never was, on `.data` and in the route manifest too. A
 * page is answered by a build of its own plugin's routes alone, because Remix looks through all of them several times.
 */
export function pagesOf(build: Build): RequestHandler {
  const handlerFor = handlers(build);
  return (request, response, next) => {
    const call = response.locals.call as PageCall;
    answer(call, handlerFor, request, response).catch(next);
  };
}

type HandlerFor = (call: PageCall) => Promise<{ readonly handle: Handle; readonly parts: readonly PartsAddress[] }>;

function handlers(build: Build): HandlerFor {
  const kept = new Map<string, { build: ServerBuild; handle: Handle }>();
  return async ({ target, enabled, publicPage }) => {
    const whole = typeof build === 'function' ? await build() : build;
    const wanted = target.startsWith('/__manifest') ? enabled : addressed(target, enabled, publicPage?.pluginId);
    const key = [...wanted].sort().join(' ');
    const known = kept.get(key);
    const parts = partsOf(whole, enabled);
    if (known?.build === whole) return { handle: known.handle, parts };
    if (kept.size >= MOST_KEPT) kept.clear();
    const handle = createRequestHandler(withRoutesOf(whole, wanted), process.env.NODE_ENV);
    kept.set(key, { build: whole, handle });
    return { handle, parts };
  };
}

/** Where browsers find parts and texts of these plugins: the modules of routes that have no address (see the generator). */
export function partsOf({ assets }: ServerBuild, plugins: ReadonlySet<string>): PartsAddress[] {
  return [...plugins].sort().flatMap((plugin) => {
    const route = assets.routes[`plugin.${plugin}.parts`];
    return route ? [{ plugin, module: route.module }] : [];
  });
}

/** The plugin that an address belongs to, when it is on: `/leads/1`, `/console/leads.data`, or the one whose public page it names. */
export function addressed(target: string, enabled: ReadonlySet<string>, publicPageOf?: string): ReadonlySet<string> {
  const pluginId = publicPageOf ?? /^(?:\/console)?\/([^/?.]+)/.exec(target)?.[1] ?? '';
  return new Set(enabled.has(pluginId) ? [pluginId] : []);
}

/** The build with the routes of these plugins only, and the web app's own. */
export function withRoutesOf(build: ServerBuild, plugins: ReadonlySet<string>): ServerBuild {
  const isHere = ([id]: [string, unknown]): boolean => {
    const pluginId = /^plugin\.([a-z0-9-]+)\./.exec(id)?.[1];
    return pluginId === undefined || plugins.has(pluginId);
  };
  const only = <Value>(routes: Record<string, Value>) => Object.fromEntries(Object.entries(routes).filter(isHere)) as Record<string, Value>;
  // The manifest as a file names every plugin's routes. Pages find what they need in themselves, so nobody is told of a file.
  return { ...build, routes: only(build.routes), assets: { ...build.assets, url: '', routes: only(build.assets.routes) } };
}

// Redirects, and the status by which single fetch tells the browser of one.
const LEADS_ON = new Set([202, 301, 302, 303, 307, 308]);

async function answer(call: PageCall, handlerFor: HandlerFor, request: ExpressRequest, response: ExpressResponse): Promise<void> {
  const away = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) away.abort();
  });
  const { handle, parts } = await handlerFor(call);
  const answered = await handle(requestOf(call, request, away.signal), { portico: call.door, parts });
  call.door.answered({ leadsOn: LEADS_ON.has(answered.status) });
  response.status(answered.status);
  for (const [name, value] of answered.headers) setHeader(response, name, value);
  response.end(answered.body ? Buffer.from(await answered.arrayBuffer()) : undefined);
}

// What is kept by browsers is the host's to say: a route manifest or a page changes when a plugin is switched off.
function setHeader(response: ExpressResponse, name: string, value: string): void {
  if (name === 'set-cookie') response.append(name, value);
  else if (name !== 'cache-control') response.setHeader(name, value);
}

// The address is made of the business's own, whatever the request's headers say.
function requestOf({ door, target, body }: PageCall, request: ExpressRequest, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith('x-forwarded-') || name === 'forwarded' || value === undefined) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { url } = door.visit.tenant;
  headers.set('host', new URL(url).host);
  if (headers.has('origin')) headers.set('origin', new URL(url).origin); // the guard has compared it already
  return new Request(url + target, { method: request.method, headers, signal, ...(body ? { body: new Uint8Array(body) } : {}) });
}
