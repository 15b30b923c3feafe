import { uuidv7 } from './uuid.ts';
import {
  defineError,
  Forbidden,
  instantOf,
  NotFound,
  type Case,
  type DecisionPoint,
  type EffectPoint,
  type FilterPoint,
  type Id,
  type Instant,
  type PluginApi,
  type ProviderPoint,
  type SlotPoint,
  type TextKey,
} from '@portico/kit';
import type {
  Actor,
  Ctx,
  Decision,
  Links,
  FilledSlot,
  Foreseen,
  FrozenEffect,
  Log,
  ProcessTimeline,
  RevertedEffect,
  Sql,
  Tenant,
  Tx,
} from '@portico/kit/server';
import type { TimeOfWork } from '../database/lent-connection.ts';
import { inTenantTransaction, type OpenTransaction, type Statement } from '../database/transaction.ts';
import type { Budget } from '../hooks/call.ts';
import { decide } from '../hooks/decide.ts';
import { applyEffects } from '../hooks/effects/apply-effects.ts';
import { foresee } from '../hooks/effects/foresee.ts';
import { revertEffects } from '../hooks/effects/revert-effects.ts';
import { filter } from '../hooks/filter.ts';
import { provider } from '../hooks/provider.ts';
import { hashPassword } from '../identity/passwords.ts';
import { realClock } from '../observe/real-clock.ts';
import { mayDo, visibleRows } from '../permissions/rights.ts';
import { coreApi } from '../plugins/core-api.ts';
import { timelineOf } from '../processes/timeline.ts';
import { CORE, type Host } from './host.ts';
import { HostTx, statementOf } from './host-tx.ts';

/** Something that may take time was called while a transaction was open: a mistake in the calling code. */
export class TransactionOpen extends Error {
  constructor(what: string) {
    super(`${what} must not be called while a transaction of this context is open`);
    this.name = 'TransactionOpen';
  }
}

/** A plugin is not switched on here. */
export class PluginOff extends defineError('portico.plugin-off', 404) {}

/** What a context is made for. */
export interface ContextOptions {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly pluginId: string;
  readonly traceId?: string;
  /** The time that the work has; the contexts made from this one share it. */
  readonly budget?: Budget;
  /** Runs in each transaction that is about to commit, of the contexts made from this one too. */
  readonly beforeCommit?: BeforeCommit | undefined;
}

/** Something that must be committed together with the work itself. */
export type BeforeCommit = (tx: HostTx) => Promise<void>;

// The clock that was read with an actor's session or key: the request's business time before its first own transaction.
const clockOfActor = new WeakMap<Actor, number>();

/** The host's implementation of Ctx. One for each loader, action, slot, handler and activity. */
export class HostContext implements Ctx {
  readonly tenant: Tenant;
  readonly actor: Actor;
  readonly pluginId: string;
  readonly traceId: string;
  readonly #budget: Budget | undefined;
  readonly #beforeCommit: BeforeCommit | undefined;
  #open = false;
  #clockOffsetMs: number | undefined;
  #frozenMs: number | undefined;

  constructor(
    readonly host: Host,
    options: ContextOptions,
    private readonly parent?: HostContext,
  ) {
    this.tenant = options.tenant;
    this.actor = options.actor;
    this.pluginId = options.pluginId;
    this.traceId = options.traceId ?? uuidv7();
    this.#budget = options.budget;
    this.#beforeCommit = options.beforeCommit;
    this.#clockOffsetMs = clockOfActor.get(options.actor);
  }

  /** A context of another plugin, for the same business, actor and trace; with less time when it has a budget of its own. */
  child(pluginId: string, actor: Actor = this.actor, budget?: Budget): HostContext {
    const shared = { tenant: this.tenant, traceId: this.traceId, beforeCommit: this.#beforeCommit };
    const child = new HostContext(this.host, { ...shared, actor, pluginId, ...(budget && { budget }) }, this);
    child.#clockOffsetMs = this.#clockOffsetMs ?? child.#clockOffsetMs;
    return child;
  }

  /** A child that only asks: what it does is no part of the work that is carried out, and marks nothing as done. */
  reader(pluginId: string, budget: Budget): HostContext {
    const { tenant, actor, traceId } = this;
    return new HostContext(this.host, { tenant, actor, traceId, pluginId, budget }, this);
  }

  /** Keeps the clock that was just read with an actor, for the contexts that this actor gets. */
  rememberClock(actor: Actor): Actor {
    if (this.#clockOffsetMs !== undefined) clockOfActor.set(actor, this.#clockOffsetMs);
    return actor;
  }

  /** Takes over the clock of a context: standing when this one works on its open transaction, running when it has none. */
  joinClock(other: HostContext): void {
    this.#clockOffsetMs = other.#clockOffsetMs;
    this.#frozenMs = other.#frozenMs;
  }

  readonly clock = {
    now: (): Instant => {
      if (this.#clockOffsetMs === undefined) throw new Error('the business clock is not known before the first transaction of a context');
      return instantOf((this.#frozenMs ?? realClock.ms()) + this.#clockOffsetMs);
    },
  };

  get log(): Log {
    return this.host.log.child({ trace: this.traceId, tenant: this.tenant.id, plugin: this.pluginId });
  }

  newId(): Id {
    return uuidv7();
  }

  hashPassword(password: string): Promise<string> {
    this.demandNoTransaction('hashPassword');
    return hashPassword(password, [this.tenant.name, this.tenant.slug]);
  }

  settings<S extends object>(): S {
    return this.host.enablement.settingsNow(this.tenant.id, this.pluginId) as S;
  }

  installation<S extends object>(): S {
    return this.host.installation.of(this.pluginId) as S;
  }

  get links(): Links {
    return this.host.links(this.tenant.id);
  }

  text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
    return this.host.texts.text(this.tenant, key, values);
  }

  may(action: string, subject: string, row?: object): boolean {
    return mayDo(this.host.registry, this.actor, action, subject, row);
  }

  demand(action: string, subject: string, row?: object): void {
    if (!this.may(action, subject)) throw new Forbidden();
    if (row && !this.may(action, subject, row)) throw new NotFound();
  }

  visible(action: string, subject: string, alias: string): Sql {
    return visibleRows(this.host.registry, this.actor, action, subject, alias);
  }

  inTenant<T>(work: (tx: Tx) => PromiseLike<T>): Promise<T> {
    return this.#transaction(work);
  }

  /** As `inTenant`, with a statement that goes along with BEGIN: for what every request begins with. */
  inTenantWith<Row extends object, T>(first: Sql, work: (tx: HostTx, rows: readonly Row[]) => PromiseLike<T>): Promise<T> {
    return this.#transaction((tx, rows) => work(tx, rows as readonly Row[]), statementOf(first));
  }

  async #transaction<T>(work: (tx: HostTx, rows: readonly object[]) => PromiseLike<T>, first?: Statement): Promise<T> {
    this.demandNoTransaction('inTenant');
    this.demandTime();
    this.#open = true; // before anything is waited for: a second one, begun beside this one, must see it
    try {
      await this.host.enablement.ready(this.tenant.id);
      this.host.metrics.transactions.inc();
      const begun = async (open: OpenTransaction, rows: readonly object[]) => {
        this.#clockOffsetMs = open.clockOffsetMs;
        this.#frozenMs = open.beganMs;
        const tx = new HostTx(this, open);
        const result = await work(tx, rows);
        await this.#beforeCommit?.(tx);
        this.demandTime(); // whoever waited has been told by now: rolled back, not half done
        return result;
      };
      return await inTenantTransaction(this.host.pool, this.tenant.id, begun, { first, time: this.#timeOfWork() });
    } finally {
      this.#open = false;
      this.#frozenMs = undefined;
    }
  }

  async decide<Question, Verdict>(point: DecisionPoint<string, Question, Verdict>, question: Question): Promise<Decision<Verdict>> {
    this.demandNoTransaction('decide');
    return decide(this, point, question);
  }

  async filter<Value>(point: FilterPoint<string, Value>, value: Value): Promise<Value> {
    this.demandNoTransaction('filter');
    return filter(this, point, value);
  }

  provider<Api extends object>(point: ProviderPoint<string, Api>): Api {
    this.demandNoTransaction('provider');
    return provider(this, point);
  }

  use<Api extends object>(key: PluginApi<Api>): Api {
    this.demandNoTransaction('use');
    if (key.pluginId === CORE) return coreApi(this.child(CORE)) as unknown as Api;
    const plugin = this.host.registry.byId(key.pluginId);
    if (!plugin?.server.offers || !this.host.enablement.isOnNow(this.tenant.id, key.pluginId)) throw new PluginOff({ plugin: key.pluginId });
    return plugin.server.offers(this.child(key.pluginId)) as Api;
  }

  async foresee<Change>(point: EffectPoint<string, Change>, subject: Id, change: Change): Promise<Foreseen> {
    this.demandNoTransaction('foresee');
    return foresee(this, point, subject, change);
  }

  effects(cause: Id): Promise<readonly FrozenEffect[]> {
    return this.inTenant((tx) => tx.effects(cause));
  }

  async applyEffects(cause: Id): Promise<void> {
    this.demandNoTransaction('applyEffects');
    return applyEffects(this, cause);
  }

  async revertEffects(cause: Id): Promise<readonly RevertedEffect[]> {
    this.demandNoTransaction('revertEffects');
    return revertEffects(this, cause);
  }

  slot<Props extends object>(slot: SlotPoint<string, Props>, props: Props): Promise<readonly FilledSlot[]> {
    this.demandNoTransaction('slot');
    return this.host.slots(this, slot, props);
  }

  timeline(process: Case<any, any>, subject: Id): Promise<ProcessTimeline> {
    return timelineOf(this, process, subject);
  }

  /** Milliseconds until the first of its own and its parents' budgets is spent; Infinity without any. */
  leftMs(): number {
    return Math.min(Infinity, ...this.#budgets().map((budget) => budget.leftMs()));
  }

  private demandTime(): void {
    this.#budget?.demand();
    this.parent?.demandTime();
  }

  // Whichever of its own and its parents' budgets is spent first.
  #timeOfWork(): TimeOfWork | undefined {
    const budgets = this.#budgets();
    if (budgets.length < 2) return budgets[0];
    return {
      whenSpent(listener) {
        const off = budgets.map((budget) => budget.whenSpent(listener));
        return () => off.forEach((one) => void one());
      },
    };
  }

  #budgets(): readonly Budget[] {
    const inherited = this.parent ? this.parent.#budgets() : [];
    return this.#budget ? [this.#budget, ...inherited] : inherited;
  }

  /** Throws TransactionOpen when this context, or one that it was made from, has a transaction open. */
  demandNoTransaction(what: string): void {
    if (this.#open) throw new TransactionOpen(what);
    this.parent?.demandNoTransaction(what);
  }
}
