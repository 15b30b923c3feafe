import { z } from 'zod';
import { Forbidden, InvalidInput, LIMITS, NotFound, NotSignedIn, type Id, type PageEntry, type SlotPoint } from '@portico/kit';
import type { PageRequest, Refusal } from '@portico/kit/page';
import { sql, type Ctx, type FilledSlot, type PageServer, type PageSources, type Submitted } from '@portico/kit/server';
import { HostContext, type BeforeCommit } from '../context/host-context.ts';
import { TooSlow as BudgetSpent, withinBudget, type Budget } from '../hooks/call.ts';
import { absentFor } from './absent-pages.ts';
import type { LoadedPlugin } from '../plugins/registry.ts';
import { sessionCookie } from './cookies.ts';
import { flashCookie } from './flash.ts';
import { demandText, PART_FIELD, takeForm, typedIn } from './forms.ts';
import { actorIn, mayOpen } from './navigation.ts';
import { knownError } from '../errors/known-error.ts';
import { afterInput, ownValue } from '../errors/own-value.ts';
import { fieldSentences, UNFORESEEN, UNFORESEEN_STATUS } from './problem-details.ts';
import { TooSlow } from './refusals.ts';
import { hasIds } from './routes.ts';
import { isSafePath, safePath } from './safe-path.ts';
import { Sources } from './security-headers.ts';
import { pageServer, partName, partsOf, slotServer, type SlotHost } from './slots.ts';
import type { Visit } from './visit.ts';

/** Which page a shim stands for; `path` is the page's own path in the manifest. */
export interface PageRef {
  readonly pluginId: string;
  readonly area: 'portal' | 'console' | 'public';
  readonly path: string;
}

/** What went wrong with a whole page, in words. */
export interface PageProblem {
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
  readonly reference: string;
}

/** What a page's loader answers. */
export type LoadedPage =
  | { readonly kind: 'data'; readonly data: unknown; readonly sources?: PageSources }
  | { readonly kind: 'go'; readonly to: string }
  | { readonly kind: 'problem'; readonly problem: PageProblem };

/** What a page's form answers. A refused form of a part in a slot names the part. */
export type SubmittedPage =
  | { readonly kind: 'go'; readonly to: string; readonly cookies?: readonly string[] }
  | { readonly kind: 'refused'; readonly status: number; readonly refusal: Refusal; readonly part?: string };

/** A page that may be opened, with a way to make a context for each piece of its work. */
interface OpenPage {
  readonly plugin: LoadedPlugin;
  readonly entry: PageEntry;
  readonly request: PageRequest;
  contextFor(pluginId: string, budget?: Budget): Ctx;
}

type Params = Readonly<Record<string, string | undefined>>;

/** Serves the pages of plugins: every shim comes through here, because a parent route cannot protect its children. */
export interface PageHost {
  load(visit: Visit, ref: PageRef, request: Request, params: Params): Promise<LoadedPage>;
  submit(visit: Visit, ref: PageRef, request: Request, params: Params): Promise<SubmittedPage>;
}

/** Opens the page host. */
export function openPages(host: SlotHost): PageHost {
  return {
    async load(visit, ref, request, params) {
      try {
        const page = await openPage(host, visit, ref, request, params, onlyReading(ref));
        const server = await pageServer(page.plugin, ref.area, page.entry.view);
        const contextOf = (budget: Budget) => page.contextFor(ref.pluginId, budget);
        const [data, sources] = await withinBudget(LIMITS.pageLoadMs, (budget) =>
          afterInput(() => Promise.all([server?.load(contextOf(budget), page.request), sourcesOf(page, server, () => contextOf(budget))])),
        );
        return { kind: 'data', data: data ?? null, ...(sources && { sources }) };
      } catch (error) {
        return failedLoad(visit, ref, request, error);
      }
    },
    async submit(visit, ref, request, params) {
      let form = new FormData();
      try {
        const page = await openPage(host, visit, ref, request, params);
        form = await takeForm(request);
        demandText(form);
        const part = form.get(PART_FIELD);
        const work = (budget: Budget) =>
          typeof part === 'string' ? submitPart(host, withTime(page, budget), part, form) : submitPage(withTime(page, budget), form);
        return await submitted(visit, ref, await withinBudget(LIMITS.pageSubmitMs, work), form, request);
      } catch (error) {
        return failedSubmit(visit, ref, request, error, form);
      }
    },
  };
}

// In this order: the plugin is here, healthy and on; somebody is signed in; the own password is chosen; the right is there.
async function openPage(host: SlotHost, visit: Visit, ref: PageRef, request: Request, params: Params, beforeCommit?: BeforeCommit): Promise<OpenPage> {
  const plugin = host.registry.byId(ref.pluginId);
  const entry = plugin?.manifest.pages?.find((page) => page.area === ref.area && page.path === ref.path);
  const enabled = await host.enablement.of(visit.tenant.id);
  if (!plugin || !entry || !enabled.has(ref.pluginId)) throw new NotFound();
  if (entry.area === 'public') {
    const contextFor = (pluginId: string, budget?: Budget) => visit.contextFor(pluginId, anybodyAt(visit), budget, beforeCommit);
    if (!hasIds(params)) throw new NotFound();
    return { plugin, entry, request: pageRequestOf(request, params), contextFor };
  }
  const visitor = await visit.visitor();
  if (!visitor) throw new NotSignedIn();
  if (visitor.user?.mustChangePassword) throw new GoElsewhere('/change-password');
  const actor = actorOf(visit, ref, entry.area, visitor.actor);
  const contextFor = (pluginId: string, budget?: Budget) => visit.contextFor(pluginId, actor, budget);
  if (!mayOpen(contextFor(ref.pluginId), entry)) throw ref.area === 'console' && actor.roles.length > 0 ? new Forbidden() : new NotFound();
  const isAbsent = await absentFor(visit.core, visit.tenant, actor);
  if (!hasIds(params) || isAbsent(ref.pluginId, entry)) throw new NotFound();
  return { plugin, entry, request: pageRequestOf(request, params), contextFor };
}

// The host knows a public page by its address before anybody is looked up. One that it did not know is none.
function anybodyAt({ anybody }: Visit): Ctx['actor'] {
  if (!anybody) throw new NotFound();
  return anybody;
}

/**
 * Opening a public page changes nothing: scanners of mails open every link, some of them twenty times. A transaction of its
 * `load` that has written is refused, whatever it wrote.
 */
const onlyReading = ({ area }: PageRef): BeforeCommit | undefined =>
  area !== 'public'
    ? undefined
    : async (tx) => {
        const wrote = await tx.row<{ wrote: boolean }>(sql`select pg_current_xact_id_if_assigned() is not null as wrote`);
        if (wrote?.wrote) throw new Error('the load of a public page has written: only its form may');
      };

// Every context of a form's work has the form's time.
const withTime = (page: OpenPage, budget: Budget): OpenPage => ({ ...page, contextFor: (pluginId) => page.contextFor(pluginId, budget) });

// A page within a document of others would have their policy, or they its.
async function sourcesOf({ entry }: OpenPage, server: PageServer | undefined, newContext: () => Ctx): Promise<PageSources | undefined> {
  if (!server?.sources) return undefined;
  if (!entry.ownDocument) throw new Error(`the page ${entry.path} has sources of its own: its manifest entry must say ownDocument`);
  return ownValue(Sources, await server.sources(newContext()), `the page ${entry.path} has sources that are none`) as PageSources;
}

// The same person in another area is another actor object: the clock that was read with the session goes along.
function actorOf(visit: Visit, ref: PageRef, area: 'portal' | 'console', actor: Ctx['actor']): Ctx['actor'] {
  const here = actorIn(area, actor);
  const context = visit.contextFor(ref.pluginId, actor);
  return context instanceof HostContext ? context.rememberClock(here) : here;
}

function pageRequestOf(request: Request, params: Params): PageRequest {
  const query = new URL(request.url).searchParams;
  for (const [name, value] of query) if (value.includes('\0')) throw new InvalidInput({ [name]: { key: 'portico.problem.characters' } });
  return { params: Object.fromEntries(Object.entries(params).filter((pair): pair is [string, string] => pair[1] !== undefined)), query };
}

/** Not an error of anybody's: the person is led somewhere else first. */
class GoElsewhere extends Error {
  constructor(readonly to: string) {
    super(to);
  }
}

async function submitPage({ plugin, entry, request, contextFor }: OpenPage, form: FormData): Promise<Submitted> {
  const server = await pageServer(plugin, entry.area, entry.view);
  if (!server?.submit) throw new NotFound();
  return server.submit(contextFor(plugin.id), form, request);
}

/**
 * A form of a part in one of the page's slots. The page's own load is run to hear which slots it has, and with which
 * props: so the part is given nothing that the form says, and the page has checked that its subject may be seen.
 */
async function submitPart(host: SlotHost, page: OpenPage, name: string, form: FormData): Promise<Submitted> {
  const asked: { slot: SlotPoint; props: object }[] = [];
  const server = await pageServer(page.plugin, page.entry.area, page.entry.view);
  await afterInput(async () => server?.load(listening(page.contextFor(page.plugin.id), asked), page.request));
  for (const { slot, props } of asked) {
    const parts = await partsOf(host, page.contextFor(page.plugin.id), slot, page.contextFor);
    const part = parts.find((one) => partName(one) === name);
    const partServer = part && (await slotServer(part));
    if (partServer?.submit) return partServer.submit(page.contextFor(part!.plugin.id), form, props);
  }
  throw new NotFound();
}

function listening(ctx: Ctx, asked: { slot: SlotPoint; props: object }[]): Ctx {
  const slot = (point: SlotPoint, props: object): Promise<readonly FilledSlot[]> => {
    asked.push({ slot: point, props });
    return Promise.resolve([]);
  };
  return new Proxy(ctx, {
    get(target, name) {
      if (name === 'slot') return slot;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function submitted(visit: Visit, ref: PageRef, answer: Submitted, form: FormData, request: Request): Promise<SubmittedPage> {
  if (!answer.ok) {
    const refusal: Refusal = { fields: answer.fields, typed: typedIn(form), ...(answer.say ? { say: answer.say } : {}) };
    return { kind: 'refused', status: 422, refusal, ...partOf(form) };
  }
  const { pathname, search } = new URL(request.url);
  const to = safePath(answer.go, pathname + search);
  const { say, values = {} } = answer;
  const copy = 'copy' in answer ? answer.copy : undefined;
  const signIn = 'signIn' in answer ? answer.signIn : undefined;
  const flash = say ? [await flashCookie(visit, { say, values, copy }, signIn)] : [];
  return { kind: 'go', to, cookies: [...(signIn ? [await newSession(visit, ref, signIn)] : []), ...flash] };
}

// The session before ends, whoever's it was: two people share a browser at most one after the other.
async function newSession({ core, tenant, headers, sessionToken }: Visit, ref: PageRef, userId: Id): Promise<string> {
  if (ref.area !== 'public') throw new Error('only a public page signs somebody in');
  const { token, maxAgeSeconds } = await core.identity.openSession(tenant, userId, headers['user-agent'] ?? '');
  if (sessionToken) await core.identity.signOut(tenant, sessionToken);
  return sessionCookie(token, maxAgeSeconds);
}

const partOf = (form: FormData): { part?: string } => {
  const part = form.get(PART_FIELD);
  return typeof part === 'string' ? { part } : {};
};

const signInPath = (request: Request): string => {
  const { pathname, search } = new URL(request.url);
  const here = pathname + search;
  return here === '/' || !isSafePath(here) ? '/sign-in' : `/sign-in?to=${encodeURIComponent(here)}`;
};

function failedLoad(visit: Visit, ref: PageRef, request: Request, thrown: unknown): LoadedPage {
  if (thrown instanceof GoElsewhere) return { kind: 'go', to: thrown.to };
  if (thrown instanceof NotSignedIn) return { kind: 'go', to: signInPath(request) };
  return { kind: 'problem', problem: problemOf(visit, ref, thrown) };
}

function failedSubmit(visit: Visit, ref: PageRef, request: Request, thrown: unknown, form: FormData): SubmittedPage {
  if (thrown instanceof GoElsewhere) return { kind: 'go', to: thrown.to };
  if (thrown instanceof NotSignedIn) return { kind: 'go', to: signInPath(request) };
  const error = knownError(thrown);
  const fields = error instanceof InvalidInput ? fieldSentences(error, visit.text) : {};
  const { status, sentence } = problemOf(visit, ref, thrown);
  // What a schema refuses is the form's mistake as a rule; what the database refused is not. Its sentence may hold what was typed.
  if (error && error !== thrown && !(thrown instanceof z.core.$ZodError))
    visit.core.log.warn('a form was refused', {
      trace: visit.requestId,
      page: ref.path,
      plugin: ref.pluginId,
      because: (thrown as { code?: string }).code ?? '',
    });
  const refusal: Refusal = { fields, typed: typedIn(form), ...(Object.keys(fields).length > 0 ? {} : { say: sentence }) };
  return { kind: 'refused', status, refusal, ...partOf(form) };
}

/** What a page says of something thrown. A failure that nobody foresaw is noted at the plugin; the page says its number. */
export function problemOf(visit: Visit, ref: { pluginId: string; path: string }, thrown: unknown): PageProblem {
  const slow = thrown instanceof BudgetSpent;
  const error = slow ? new TooSlow() : knownError(thrown);
  if (slow || !error) visit.core.failures.note(visit.tenant.id, ref.pluginId, `page ${ref.path}`, thrown);
  const code = error?.code ?? UNFORESEEN;
  return { status: error?.status ?? UNFORESEEN_STATUS, code, sentence: visit.text(code, error?.values), reference: visit.requestId };
}
