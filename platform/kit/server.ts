/** `@portico/kit/server`: what the server half of a plugin is written in. */
import type { Knex } from 'knex';
import type { Model, QueryBuilder } from 'objection';
import type { Sql } from 'sql-template-tag';
import type { z } from 'zod';
import type { Case, Clock } from './case.ts';
import type { Brake, Branding, Files, Keys, Users } from './core-api.ts';
import type { Foreseen, Freeze, FrozenEffect, RevertedEffect } from './effects.ts';
import type { DecisionPoint, EffectPoint, EventPoint, FilterPoint, Keeps, PluginApi, ProviderPoint } from './hook-points.ts';
import type { Id, Instant, TextKey } from './ids.ts';
import type { Links } from './links.ts';
import type { May, SlotPoint } from './manifest.ts';
import type { PageRequest } from './page.ts';

export { default as sql, join as joinSql, empty as emptySql, raw as rawSql, type Sql } from 'sql-template-tag';
export * from './core-api.ts';
export * from './csv.ts';
export * from './derived-id.ts';
export * from './effects.ts';
export * from './errors.ts';
export * from './file-answer.ts';
export * from './form-input.ts';
export * from './typed-text.ts';
export * from './keyset-list.ts';
export * from './links.ts';

/** The business a request, a handler or an activity works for. */
export interface Tenant {
  readonly id: Id;
  readonly slug: string;
  readonly name: string;
  /** IANA zone; dates without a time are dates there. */
  readonly zone: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly locale: string;
  /** `https://…`, no slash at the end; from the domain table, never from a request. */
  readonly url: string;
}

/** One role of a user, as answered by the plugin that knows it (`core.roles`). */
export interface Role {
  readonly role: 'owner' | 'staff' | 'account-admin' | 'member';
  readonly accountId?: Id;
  readonly accountName?: string;
  readonly memberId?: Id;
  readonly billGroupIds?: readonly Id[];
  /** Members below, all levels, when the member has View Downline. */
  readonly downlineMemberIds?: readonly Id[];
}

/** Who acts. A key acts as its lead source, or as its user; `system` is the product itself. */
export interface Actor {
  readonly kind: 'user' | 'staff' | 'key' | 'system' | 'nobody';
  readonly id: Id;
  readonly name: string;
  readonly roles: readonly Role[];
  /** For a key of a lead source: the source; such a key may only do what `sourceMay` of a route says. */
  readonly sourceId?: Id;
  /** The session that a person acts in; absent for keys. An id, not the secret. */
  readonly sessionId?: Id;
}

/** A line for the log: ids and counts, never personal data. */
export interface Log {
  info(what: string, values?: object): void;
  warn(what: string, values?: object): void;
  error(what: string, values?: object): void;
}

/**
 * What a use case is given: one business, one actor, its rights, its settings, its time. What may take time or fail
 * hangs here and throws `TransactionOpen` while a transaction of the same context is open.
 */
export interface Ctx {
  readonly tenant: Tenant;
  readonly actor: Actor;
  /** The id of the plugin that this context was made for. */
  readonly pluginId: string;
  /** Business time: the tenant's clock. Stands still within a transaction. */
  readonly clock: { now(): Instant };
  readonly log: Log;
  newId(): Id;
  /** An argon2id hash (PHC text), made off the event loop. A password that is too short, too long or too common is InvalidInput at `password`. */
  hashPassword(password: string): Promise<string>;
  /** The plugin's own settings at this business, complete with defaults; secret ones in the clear. */
  settings<S extends object>(): S;
  /** What the operator of this installation has set for the plugin (`installation` of its manifest), complete with defaults. */
  installation<S extends object>(): S;
  /** One-time links of this business. */
  readonly links: Links;
  /** The text of a key in the business's words; for mails and documents. Pages use `useText`. */
  text(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** Whether the actor may; with a row, whether the actor may with this very row. */
  may(action: string, subject: string, row?: object): boolean;
  /** Throws NotFound: a thing one may not see does not exist. Without a row and without any right: Forbidden. */
  demand(action: string, subject: string, row?: object): void;
  /** The same rule as a SQL condition over the columns of `alias`, for lists, counts and exports. Without any right: `false`. */
  visible(action: string, subject: string, alias: string): Sql;
  /** One transaction, bound to the tenant. The only way to a row. Throws `TransactionOpen` when one is open on this context. */
  inTenant<T>(work: (tx: Tx) => PromiseLike<T>): Promise<T>;
  /** Asks every enabled plugin's voters. Throws `DecisionRefused` when a voter failed and the point says `refuse`. */
  decide<Question, Verdict>(point: DecisionPoint<string, Question, Verdict>, question: Question): Promise<Decision<Verdict>>;
  /** Passes a value through every enabled plugin. */
  filter<Value>(point: FilterPoint<string, Value>, value: Value): Promise<Value>;
  /**
   * The one plugin that does this job here: of several, the first by the business's pins, then by plugin id. It works in its
   * own context; what it throws is noted under it and thrown on, unless it is an error that people may see. Each of its
   * methods throws `TransactionOpen` while a transaction is open. Throws NoProvider.
   */
  provider<Api extends object>(point: ProviderPoint<string, Api>): Api;
  /** Another plugin's API, in its own context and never in the caller's transaction. Throws PluginOff when it is switched off. */
  use<Api extends object>(key: PluginApi<Api>): Api;
  /**
   * Every enabled plugin's lines about a change, and the token that confirms them; each plugin reads in a transaction of its
   * own and has LIMITS.effectForeseeMs. One that fails costs only itself. Compare with `demandConfirmed` before the change.
   */
  foresee<Change>(point: EffectPoint<string, Change>, subject: Id, change: Change): Promise<Foreseen>;
  /** The shares of a change that has begun, in their order; empty for a cause that nobody froze. */
  effects(cause: Id): Promise<readonly FrozenEffect[]>;
  /**
   * Applies every share that is still open, each in a transaction of its own, once; what is in nobody's way goes on when one
   * fails. Throws EffectsPending until all are through. For a step of a case: `applyEffects`.
   */
  applyEffects(cause: Id): Promise<void>;
  /** Takes back what was applied, the last first, each in a transaction of its own. May be repeated: what is back stays back. */
  revertEffects(cause: Id): Promise<readonly RevertedEffect[]>;
  /** What other plugins put into a slot of this page: for the host page's loader. A part that fails is said so, never thrown. */
  slot<Props extends object>(slot: SlotPoint<string, Props>, props: Props): Promise<readonly FilledSlot[]>;
  /** The past and planned steps of a subject's process (this plugin's own case); empty when it never had one. */
  timeline(process: Case<any, any>, subject: Id): Promise<ProcessTimeline>;
}

/** What must be atomic. Everything here commits together or not at all. */
export interface Tx {
  readonly ctx: Ctx;
  /** Knex over this very transaction. */
  readonly sql: Knex.Transaction;
  /** An Objection query of a model, bound to this transaction. */
  query<M extends Model>(model: { new (): M }): QueryBuilder<M, M[]>;
  /** Rows of a statement: the fast road for hot lists; prepared per connection. */
  rows<Row extends object>(statement: Sql): Promise<Row[]>;
  /** The first row, or undefined. */
  row<Row extends object>(statement: Sql): Promise<Row | undefined>;
  /** Runs a statement; the number of rows it touched. */
  run(statement: Sql): Promise<number>;
  readonly users: Users;
  readonly keys: Keys;
  readonly files: Files;
  /** Tells every enabled plugin after commit (at least once, see EventPoint). */
  publish<Payload>(point: EventPoint<string, Payload>, payload: Payload): Promise<void>;
  /** The same for many, in one statement. */
  publishAll<Payload>(point: EventPoint<string, Payload>, payloads: readonly Payload[]): Promise<void>;
  /** Begins a case, or finds the live one of this subject. */
  start(process: Case<any, any>, subject: Id): Promise<{ readonly process: Id; readonly started: boolean }>;
  /** Asks the process to look at the rows again; a clock (without a subject) when a row of it became due or may be due sooner. */
  nudge(process: Case<any, any> | Clock, subject?: Id): Promise<void>;
  /** Nothing is left to do: the next case of this subject may begin in this very transaction. */
  end(process: Case<any, any>, subject: Id, outcome: string): Promise<void>;
  /**
   * Begins a change: one row for each plugin that was foreseen, and its `hold`. Freezing the same cause again changes
   * nothing. The caller locks the subject before, so that nobody begins or undoes the same change beside it.
   */
  freeze<Change>(point: EffectPoint<string, Change>, freeze: Freeze<Change>): Promise<void>;
  /** Undoes a change before it took effect: lifts every hold. Repeating it changes nothing. Throws EffectsApplied when a share was applied. */
  release(cause: Id): Promise<void>;
  /** The shares of a change that has begun, as this transaction sees them. */
  effects(cause: Id): Promise<readonly FrozenEffect[]>;
  /**
   * Queues a mail of this plugin: `to` is a user's id, all staff (who can decide), or the owner. Refused data throws at
   * once. A user without an address, or disabled, gets none.
   */
  mail(template: string, to: Id | 'staff' | 'owner', data: object): Promise<void>;
  /** One mail of this plugin to each of these users, however many, in a handful of statements; otherwise like `mail`. */
  mailAll(template: string, mails: readonly { readonly to: Id; readonly data: object }[]): Promise<void>;
  /** A line in the business's audit log. */
  audit(what: string, before: object | null, after: object | null): Promise<void>;
  /** How the business looks and speaks: for documents that keep a copy of it. */
  branding(): Promise<Branding>;
  /** Whether a brake of this plugin's manifest is on, for this business or for the whole installation; undefined when it is not. */
  braked(brake: string): Promise<Brake | undefined>;
  /** The next human number of a series of this business (1, 2, 3 …), without gaps: the counter's row stays locked. With `count` the first of so many. */
  nextNumber(series: string, count?: number): Promise<number>;
}

/** What one voter answered: *no*, *abstained* and *failed* are three answers. */
export interface Vote<Verdict> {
  readonly pluginId: string;
  readonly answer: { kind: 'voted'; verdict: Verdict } | { kind: 'abstained' } | { kind: 'failed'; because: string };
}
/** The combined verdict and the votes behind it. */
export interface Decision<Verdict> {
  readonly verdict: Verdict;
  readonly votes: readonly Vote<Verdict>[];
}
/** One part in a slot, with its data; `ok: false` shows a calm notice. */
export interface FilledSlot {
  readonly pluginId: string;
  readonly area: 'portal' | 'console';
  readonly view: string;
  readonly title: TextKey;
  readonly data: { readonly ok: true; readonly value: unknown } | { readonly ok: false };
}
/** What happened and what will happen if nobody does anything. */
export interface ProcessTimeline {
  readonly state: 'none' | 'live' | 'stuck' | 'resting' | 'ended';
  readonly outcome?: string;
  readonly past: readonly { readonly at: Instant; readonly key: string; readonly text: TextKey; readonly outcome: 'done' | 'skipped' | 'failed' }[];
  readonly planned: readonly { readonly at: Instant; readonly key: string; readonly text: TextKey; readonly because?: TextKey }[];
}

// ---- contributions: lists that the host calls --------------------------------------------------------------------

/** A handler bound to a point; made by the point itself. */
export interface Hook {
  readonly point: { readonly kind: string; readonly name: string };
  readonly handle: unknown;
  /** Of an event: whether the handler wants one with this payload. */
  readonly when?: (payload: never) => boolean;
  /** Of an event: the handler wants one only about what its plugin keeps. */
  readonly keeps?: Keeps;
  /** Of an event: the handler takes as many as wait, in one call. */
  readonly takesMany?: boolean;
}

/**
 * What came of a step when it is not done as its own words say: there was nothing to do, or it was given up for good. The
 * timeline then says `<kind>.<step>.skipped` or `<kind>.<step>.failed`, words that the plugin has for each step that answers so.
 */
export type StepOutcome = 'skipped' | 'failed';
/**
 * The server half of a step. One that only writes is a function. One that needs the world is `ask` with no transaction
 * open, then `write` under the lock of the process row, and only if it is still the next step.
 */
export type StepWork<Facts> =
  | ((tx: Tx, subject: Id, facts: Facts) => Promise<StepOutcome | void>)
  | { ask(ctx: Ctx, subject: Id, facts: Facts): Promise<unknown>; write(tx: Tx, subject: Id, answer: any): Promise<StepOutcome | void> };

/** The server half of a case: its facts from rows, and the work of each step. */
export interface CaseWork<Facts extends object, Key extends string> {
  readonly facts: (tx: Tx, subject: Id) => Promise<Facts>;
  readonly steps: { readonly [K in Key]: StepWork<Facts> };
}
/** A process with its server half. */
export interface WorkedCase {
  readonly process: Case<any, any>;
  readonly work: CaseWork<any, any>;
}
/** Binds a case to its work. */
export const workCase = <F extends object, K extends string>(theCase: Case<F, K>, work: CaseWork<F, K>): WorkedCase => ({ process: theCase, work });
/** A step that asks the world first. */
export const askThenWrite = <F, A>(work: {
  ask(ctx: Ctx, subject: Id, facts: F): Promise<A>;
  write(tx: Tx, subject: Id, answer: A): Promise<StepOutcome | void>;
}): StepWork<F> => work;
/**
 * The step in which a change takes effect: every participant's share is applied, each in a transaction of its own, once. It
 * fails, and is tried again, until all are. `write` is what the step itself writes after that.
 */
export const applyEffects = <F>(
  causeOf: (subject: Id, facts: F) => Id,
  write: (tx: Tx, subject: Id) => Promise<StepOutcome | void> = async () => undefined,
): StepWork<F> => askThenWrite<F, void>({ ask: (ctx, subject, facts) => ctx.applyEffects(causeOf(subject, facts)), write });

/** The server half of a clock: when next, and one batch of due rows at a time. */
export interface ClockWork {
  /** The instant of the earliest row, due or not; undefined without any. Cheap: one row by an index. */
  nextDue(tx: Tx): Promise<Instant | undefined>;
  /**
   * The batch to work next: one that was opened and not finished comes first, else a new one of what is due, written in this
   * transaction. Undefined: nothing is due. Called again after a crash: only rows remember.
   */
  openBatch(tx: Tx): Promise<Id | undefined>;
  /**
   * Works what is left of a batch, with no transaction open. A row that fails is that row's; what throws here is tried again
   * with the same batch. Two workers may meet in one batch, so each row is claimed by the plugin's own guard. Calls
   * `heartbeat` while it gets on, at least every LIMITS.clockSilentMs, or it is called off.
   */
  workBatch(ctx: Ctx, batch: Id, heartbeat: (progress?: object) => void): Promise<void>;
}
/** A clock with its server half. */
export interface WorkedClock {
  readonly process: Clock;
  readonly work: ClockWork;
}
/** Binds a clock to its work. */
export const workClock = (clock: Clock, work: ClockWork): WorkedClock => ({ process: clock, work });
/** Any process with its server half. */
export type WorkedProcess = WorkedCase | WorkedClock;

/** What a route's handler is given. */
export interface RouteRequest<Body, Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
}
/** What the handler of a `raw` operation is given besides: the call as it came, to check its signature. */
export interface RawRequest {
  /** The very bytes of the body. */
  readonly raw: Buffer;
  /** The headers, names in lower case; `cookie` and `authorization` are left out. */
  readonly headers: Readonly<Record<string, string>>;
}
/** What an API operation is, for the guard and for openapi.json. */
export type RouteShape<Body, Query> = GuardedShape<Body, Query> | OpenShape<Body, Query>;
/** An operation for who has a right. */
export interface GuardedShape<Body, Query> extends AnyShape<Body, Query> {
  readonly may: May;
  /** A key of a lead source may call this. */
  readonly sourceMay?: boolean;
  readonly open?: undefined;
}
/**
 * An operation for anybody: `ctx.actor` is nobody, whatever session or key is sent along, and an Idempotency-Key is not
 * looked at. What it does must follow from what is sent: a signature, for a webhook (`raw`). Calls are limited by address,
 * LIMITS.openCalls in a minute.
 */
export interface OpenShape<Body, Query> extends AnyShape<Body, Query> {
  readonly open: true;
  readonly may?: undefined;
  readonly sourceMay?: undefined;
}
interface AnyShape<Body, Query> {
  /** Short name of the operation, unique in the plugin: `list-leads`. */
  readonly name: string;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  readonly answer: z.ZodType;
  /** Status of a successful answer; default 200. A handler may answer another with `answered(status, body)`. */
  readonly status?: 200 | 201 | 204;
  /** Other successful statuses that `answered` may give. */
  readonly alsoStatus?: readonly number[];
  /** The handler is given the call as it came too (`RawRequest`), whatever the kind of its body, of those that are taken at all. */
  readonly raw?: true;
  /**
   * How long the handler may take, in milliseconds; default 20 s, more is cut to that. After it the caller is told "too
   * slow" (503), and the handler's contexts commit nothing more.
   */
  readonly budgetMs?: number;
  /** The answer is shown once, such as a key: with an Idempotency-Key it is not kept, and a repeat is told so (409). */
  readonly secretAnswer?: true;
}
/** One API operation. */
export type Route = RouteShape<any, any> & {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1/<plugin id>`; parameters in braces: `/{id}/decision`; `''` is the collection itself. */
  readonly path: string;
  readonly handle?: (ctx: Ctx, request: RouteRequest<any, any> & Partial<RawRequest>) => Promise<unknown>;
  readonly fold?: FoldedRoute<any>;
};
/** A handler's answer with a status of its own. */
export class Answered {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {}
}
/** Answers with a status other than the route's. */
export const answered = (status: number, body: unknown): Answered => new Answered(status, body);

type Handle<Body, Query, Raw> = (ctx: Ctx, request: RouteRequest<Body, Query> & (Raw extends true ? RawRequest : unknown)) => Promise<unknown>;
const route =
  (method: Route['method']) =>
  <B = never, Q = never, R extends true | undefined = undefined>(path: string, shape: RouteShape<B, Q> & { raw?: R }, handle: Handle<B, Q, R>): Route => ({
    method,
    path,
    ...shape,
    handle: handle as Route['handle'],
  });
/** An operation that only reads. */
export const get = route('get');
/** An operation that changes something; accepts an Idempotency-Key. */
export const post = route('post');
/** Replaces a thing. */
export const put = route('put');
/** Changes parts of a thing. */
export const patch = route('patch');
/** Removes a thing. */
export const del = route('delete');

/** One call among those that are folded into one statement. */
export interface FoldedItem<Input> {
  readonly actor: Actor;
  readonly input: Input;
}
/**
 * A write that comes in storms: while a tenant's statement runs, its next inputs wait (at most 200) and go together.
 * `together` answers in the order of the items; an answer may be an error. If it throws, the items run one by one.
 */
export interface FoldedRoute<Input> {
  /** Parsing and questions to plugins, each call for itself, before the fold. May throw. */
  prepare(ctx: Ctx, request: RouteRequest<any, any>): Promise<Input> | Input;
  together(tx: Tx, items: readonly FoldedItem<Input>[]): Promise<readonly (unknown | Error)[]>;
}
/** A POST whose calls are folded. */
export const foldedPost = <B, Input>(path: string, shape: RouteShape<B, never>, fold: FoldedRoute<Input>): Route => ({ method: 'post', path, ...shape, fold });

/**
 * The server half of a page: its data (within 2 s), and what its forms do (within 20 s). Lives in `<view>.server.ts`. In
 * `submit` a schema's `parse` that throws is the form's mistake, with a sentence at each field. In `load` it is the page's
 * own, unforeseen and counted: what an address says is read with `addressQuery` or `readInput`.
 */
export interface PageServer {
  load(ctx: Ctx, request: PageRequest): Promise<unknown>;
  /** Whose scripts and frames this page loads, besides our own; asked together with `load`. Its manifest entry says `ownDocument`. */
  sources?(ctx: Ctx): PageSources | Promise<PageSources>;
  submit?(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted>;
}
/** Origins that the content security policy of one page allows (`https://js.stripe.com`; `http:` on this very machine only). */
export interface PageSources {
  readonly script?: readonly string[];
  readonly frame?: readonly string[];
  readonly connect?: readonly string[];
}
/**
 * What a form answers. `ok: true` leads to `go` (or the same page) with `say` as a message there. `ok: false` shows the
 * page again with status 422, a sentence at each field, and everything that was typed. `copy` is a value that stands below
 * the message once, to be taken along: a new key. `signIn`, from a public page alone, opens a session for a user of this
 * business who has just proven who it is (a password, a one-time link): the browser's session before ends with it.
 */
export type Submitted =
  | { readonly ok: true; readonly signIn: Id; readonly go: string; readonly say?: TextKey; readonly values?: Readonly<Record<string, string | number>> }
  | { readonly ok: true; readonly say?: TextKey; readonly values?: Readonly<Record<string, string | number>>; readonly copy?: never; readonly go?: string }
  | { readonly ok: true; readonly say: TextKey; readonly values?: Readonly<Record<string, string | number>>; readonly copy: string; readonly go?: string }
  | { readonly ok: false; readonly fields: Readonly<Record<string, string>>; readonly say?: string };

/** The server half of a part in another plugin's slot. */
export interface SlotServer<Props extends object = any> {
  /** `undefined`: nothing to show here, the part is left out. */
  load(ctx: Ctx, props: Props): Promise<unknown>;
  submit?(ctx: Ctx, form: FormData, props: Props): Promise<Submitted>;
}

/** A demonstration business, as told by the starter to every plugin in the order of `requires`. */
export interface DemoStory {
  readonly business: 'lead-seller' | 'franchise';
  /** Business time at which the story ends: today. */
  readonly now: Instant;
  /** A repeatable source of chance: equal seeds give equal stories. */
  random(): number;
}
/** Sign-ins that a plugin's part of the demonstration made; printed by the starter and written to run.json. */
export interface DemoSignIn {
  readonly kind: 'owner' | 'staff' | 'account-admin' | 'downline' | 'member';
  readonly login: string;
  readonly password: string;
  readonly userId: Id;
}

/** Everything that a plugin's server half contributes. */
export interface PluginServer {
  readonly routes?: readonly Route[];
  readonly hooks?: readonly Hook[];
  readonly processes?: readonly WorkedProcess[];
  /** The implementation of the plugin's API, made for one context. */
  readonly offers?: (ctx: Ctx) => object;
  /** Writes the plugin's share of a demonstration business, through its use cases or set-based SQL that leaves the same rows. */
  readonly demo?: (ctx: Ctx, story: DemoStory) => Promise<{ signIns?: readonly DemoSignIn[]; apiKey?: string } | void>;
  /** Its demonstration writes what nobody can take away again, such as books: it is told after those of all other plugins. */
  readonly demoLast?: true;
  /** What the plugin adds to the demonstration once all the others have told theirs: what follows from their rows. */
  readonly demoAfter?: (ctx: Ctx, story: DemoStory) => Promise<void>;
}
/** Declares the server half, in `server.ts`. */
export const defineServer = (lists: PluginServer): PluginServer => lists;
