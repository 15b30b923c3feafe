import type { Response as ExpressResponse } from 'express';
import { instantOf, InvalidInput, NotFound, type Instant } from '@portico/kit';
import type { Refusal } from '@portico/kit/page';
import { core as coreKey, type Branding, type Tenant } from '@portico/kit/server';
import { CORE } from '../context/host.ts';
import { realClock } from '../observe/real-clock.ts';
import { absentFor } from './absent-pages.ts';
import { noSessionCookie, sessionCookie } from './cookies.ts';
import { flashCookie, noFlashCookie, readFlash, type Flash } from './flash.ts';
import { readForm, typedIn } from './forms.ts';
import { actorIn, menuOf, type Area, type MenuEntry } from './navigation.ts';
import { problemOf, type LoadedPage, type PageHost, type PageProblem, type PageRef, type SubmittedPage } from './pages.ts';
import { knownError } from '../errors/known-error.ts';
import { fieldSentences } from './problem-details.ts';
import { safePath } from './safe-path.ts';
import { setContentPolicy } from './security-headers.ts';
import type { Visit, Visitor } from './visit.ts';

/** What every page of a business shows, whoever looks. */
export interface Look {
  readonly tenant: Pick<Tenant, 'name' | 'slug' | 'zone' | 'locale' | 'currency'>;
  readonly branding: Branding;
  readonly now: Instant;
}

/** What the frame around a signed-in person's page shows. */
export interface FrameFacts {
  readonly area: Area;
  readonly menu: readonly MenuEntry[];
  readonly person: { readonly name: string; readonly detail?: string };
  /** The account's name, in the portal. */
  readonly account?: string;
  /** The other area, for a person who has both. */
  readonly other?: Area;
}

/** Where a form leads, or why it was refused. */
export type FormAnswer = { readonly kind: 'go'; readonly to: string } | { readonly kind: 'refused'; readonly status: number; readonly refusal: Refusal };

type Params = Readonly<Record<string, string | undefined>>;

/** The way from the web app's loaders and actions into the host: `context.portico`. One for each request. */
export class Door {
  #takesFlash = false;

  constructor(
    readonly visit: Visit,
    private readonly pages: PageHost,
    private readonly response: ExpressResponse,
  ) {}

  /** For the scripts and styles of this answer. */
  get nonce(): string {
    return this.visit.nonce;
  }

  /** The business's look and words. Asks for no session. */
  async look(): Promise<Look> {
    const { core, tenant } = this.visit;
    const branding = await core.branding(tenant);
    const { name, slug, zone, locale, currency } = tenant;
    return { tenant: { name, slug, zone, locale, currency }, branding, now: await this.#now() };
  }

  /** The frame of an area for whoever is signed in; undefined for nobody, and for a person who must choose a password first. */
  async frame(area: Area): Promise<FrameFacts | undefined> {
    const visitor = await this.visit.visitor();
    if (!visitor || visitor.user?.mustChangePassword) return undefined;
    const { actor } = visitor;
    const shown = shownArea(area, visitor);
    const account = shown === 'portal' ? actor.roles.find(({ accountName }) => accountName)?.accountName : undefined;
    const other = areasOf(visitor).find((one) => one !== shown);
    const detail = visitor.user?.email ?? visitor.user?.userName ?? undefined;
    return {
      area: shown,
      menu: await this.#menu(shown, visitor),
      person: { name: actor.name, ...(detail ? { detail } : {}) },
      ...(account ? { account } : {}),
      ...(other ? { other } : {}),
    };
  }

  /**
   * Where the first page of an area leads: to sign in, to choose a password, to the first entry of the menu, or to the
   * other area. Undefined: the person stays, before an empty frame.
   */
  async home(area: Area): Promise<string | undefined> {
    const visitor = await this.visit.visitor();
    if (!visitor) return area === 'console' ? '/sign-in?to=%2Fconsole' : '/sign-in';
    if (visitor.user?.mustChangePassword) return '/change-password';
    const areas = areasOf(visitor);
    if (area === 'portal' && !areas.includes('portal') && areas.includes('console')) return '/console';
    return (await this.#menu(area, visitor))[0]?.href;
  }

  /** Whether the console exists for this person; for a customer it does not. */
  async hasConsole(): Promise<boolean> {
    const visitor = await this.visit.visitor();
    return visitor === undefined || areasOf(visitor).includes('console') || areasOf(visitor).length === 0;
  }

  /** The message that the form before left. A page that is only fetched ahead leaves it for the real visit. */
  async takeFlash(): Promise<Flash | undefined> {
    if (/prefetch/.test(`${this.visit.headers['sec-purpose'] ?? ''} ${this.visit.headers.purpose ?? ''}`)) return undefined;
    const flash = await readFlash(this.visit);
    this.#takesFlash = flash !== undefined;
    return flash;
  }

  /** Called when the answer is known: a message that was taken is shown once, but an answer that leads on shows none. */
  answered({ leadsOn }: { readonly leadsOn: boolean }): void {
    if (this.#takesFlash && !leadsOn) this.setCookie(noFlashCookie);
  }

  /** Whether somebody is signed in, and has to choose a password. */
  async passwordState(): Promise<'nobody' | 'must-change' | 'own'> {
    const visitor = await this.visit.visitor();
    return !visitor ? 'nobody' : visitor.user?.mustChangePassword ? 'must-change' : 'own';
  }

  /** The data of a page. What the page may load of others stands in the policy of this very answer. */
  async load(ref: PageRef, request: Request, params: Params): Promise<LoadedPage> {
    const loaded = await this.pages.load(this.visit, ref, request, params);
    if (loaded.kind === 'data' && loaded.sources) setContentPolicy(this.response, this.nonce, loaded.sources);
    return loaded;
  }

  async submit(ref: PageRef, request: Request, params: Params): Promise<SubmittedPage> {
    const answer = await this.pages.submit(this.visit, ref, request, params);
    if (answer.kind === 'go') for (const cookie of answer.cookies ?? []) this.setCookie(cookie);
    return answer;
  }

  /** Signs in by `login` and `password`; `to` is where the person was going. A new session each time, the old one ends. */
  async signIn(request: Request): Promise<FormAnswer> {
    return this.#answered(request, async (form) => {
      const { core, tenant, sessionToken, ip, headers } = this.visit;
      const [login, password] = [required(form, 'login'), required(form, 'password')];
      this.#takeSession(await core.identity.signIn(tenant, { login, password, ip, userAgent: headers['user-agent'] ?? '' }));
      if (sessionToken) await core.identity.signOut(tenant, sessionToken);
      return safePath(form.get('to'));
    });
  }

  /** Ends the session; without one nothing happens. */
  async signOut(): Promise<string> {
    const { core, tenant, sessionToken } = this.visit;
    if (sessionToken) await core.identity.signOut(tenant, sessionToken);
    this.setCookie(noSessionCookie);
    return '/sign-in';
  }

  /** Changes the own password, by `current`, `password` and `again`. Every session ends with it; this browser gets a new one. */
  async changePassword(request: Request): Promise<FormAnswer> {
    return this.#answered(request, async (form) => {
      const visitor = await this.visit.visitor();
      if (!visitor) return '/sign-in';
      const [current, password] = [required(form, 'current'), required(form, 'password')];
      if (form.get('again') !== password) throw new InvalidInput({ again: { key: 'portico.problem.passwords-differ' } });
      await this.visit.contextFor(CORE, visitor.actor).use(coreKey).changeOwnPassword(current, password);
      const { core, tenant, sessionToken, headers } = this.visit;
      // not by signing in: somebody who tries this login elsewhere must not keep its owner out
      this.#takeSession(await core.identity.openSession(tenant, visitor.actor.id, headers['user-agent'] ?? ''));
      if (sessionToken) await core.identity.signOut(tenant, sessionToken);
      this.setCookie(await flashCookie(this.visit, { say: 'portico.page.change-password.done' }));
      return '/';
    });
  }

  /** A Set-Cookie header of this answer. */
  setCookie(cookie: string): void {
    this.response.append('Set-Cookie', cookie);
  }

  /** The problem of an address that does not exist. */
  notFound(): PageProblem {
    return this.problem(new NotFound());
  }

  /** The fields of a form; undefined when it cannot be taken apart. */
  async form(request: Request): Promise<FormData | undefined> {
    return readForm(request).catch((error: unknown) => {
      if (knownError(error)) return undefined;
      throw error;
    });
  }

  /** What a page says of something thrown: by a plugin's view, or by the web app itself. */
  problem(thrown: unknown, of: { readonly pluginId: string; readonly path: string } = { pluginId: CORE, path: '' }): PageProblem {
    return problemOf(this.visit, of, thrown);
  }

  #takeSession({ token, maxAgeSeconds }: { readonly token: string; readonly maxAgeSeconds: number }): void {
    this.setCookie(sessionCookie(token, maxAgeSeconds));
  }

  async #answered(request: Request, work: (form: FormData) => Promise<string>): Promise<FormAnswer> {
    let form = new FormData();
    try {
      form = await readForm(request);
      return { kind: 'go', to: await work(form) };
    } catch (thrown) {
      const error = knownError(thrown);
      const fields = error instanceof InvalidInput ? fieldSentences(error, this.visit.text) : {};
      const { status, sentence } = this.problem(thrown);
      const say = Object.keys(fields).length > 0 ? {} : { say: sentence };
      return { kind: 'refused', status, refusal: { fields, typed: typedIn(form), ...say } };
    }
  }

  async #menu(area: Area, { actor }: Visitor): Promise<readonly MenuEntry[]> {
    const { core, tenant } = this.visit;
    const here = actorIn(area, actor);
    const [enabled, isAbsent] = [await core.enablement.of(tenant.id), await absentFor(core, tenant, here)];
    return menuOf(core.registry, enabled, area, (pluginId) => this.visit.contextFor(pluginId, here), isAbsent);
  }

  // Business time, as read with the session. Who is not signed in is shown no date: the real clock will do.
  async #now(): Promise<Instant> {
    const { anybody } = this.visit;
    // a page for anybody shows dates too: when a bill is due
    if (anybody) return this.visit.contextFor(CORE, anybody).inTenant(async (tx) => tx.ctx.clock.now());
    const visitor = await this.visit.visitor();
    return visitor ? this.visit.contextFor(CORE, visitor.actor).clock.now() : instantOf(realClock.ms());
  }
}

// A person without any role sees the empty frame of the portal.
const shownArea = (area: Area, visitor: Visitor): Area => (areasOf(visitor).includes(area) ? area : (areasOf(visitor)[0] ?? area));

function areasOf({ actor }: Visitor): readonly Area[] {
  const isStaff = ({ role }: { role: string }) => role === 'owner' || role === 'staff';
  return [...(actor.roles.some((role) => !isStaff(role)) ? (['portal'] as const) : []), ...(actor.roles.some(isStaff) ? (['console'] as const) : [])];
}

function required(form: FormData, name: string): string {
  const value = form.get(name);
  if (typeof value !== 'string' || value === '') throw new InvalidInput({ [name]: { key: 'portico.problem.required' } });
  if (value.length > 500) throw new InvalidInput({ [name]: { key: 'portico.problem.too-long', values: { maximum: 500 } } });
  return value;
}
