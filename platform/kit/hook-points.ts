import type { z } from 'zod';
import type { EffectWork } from './effects.ts';
import type { Id } from './ids.ts';
import type { Ctx, Hook, Tx } from './server.ts';

interface Point<Kind extends string, Name extends string> {
  readonly kind: Kind;
  readonly name: Name;
}
const bind = (point: { kind: string; name: string }, handle: unknown, rest: Omit<Hook, 'point' | 'handle'> = {}): Hook => ({ point, handle, ...rest });

/** How often an event reached a handler, and where it stands among the events of its subject. */
export interface Delivery {
  /** The same for every try of this event at this handler: keep it to do a thing once. */
  readonly id: Id;
  /** Rises with each event of the same subject; events may arrive out of order. */
  readonly seq: number;
}

/** An event as a handler of many gets it. */
export interface DeliveredEvent<Payload> {
  readonly payload: Payload;
  readonly delivery: Delivery;
}

/** Which events a handler wants; all of them without it. */
export interface Wanted<Payload> {
  /** Asked in the transaction that publishes, of the payload alone: an event that is not wanted is not even stored. Throwing is a fault of the publisher's transaction. */
  when?(payload: Payload): boolean;
  /** Only events about something that the plugin keeps rows of; looked up in the transaction that publishes, for all its events at once. */
  readonly keeps?: Keeps<Payload>;
}

/**
 * What a plugin has rows about, for `Wanted`: an event by the thousand that concerns few of a plugin's rows costs nothing for
 * the others. A row counts from the moment at which it is committed: who begins to keep one looks after what happened before.
 */
export interface Keeps<Payload = never> {
  /** A table of the plugin's own, without its schema, with an index that begins with `tenant_id` and the column. */
  readonly table: string;
  /** Its column of ids. */
  readonly column: string;
  /** What the event is about. */
  id(payload: Payload): Id;
}

/** Something happened. Handlers react after commit, at least once, in any order. */
export interface EventPoint<Name extends string = string, Payload = any> extends Point<'event', Name> {
  readonly payload: z.ZodType<Payload>;
  readonly subject: (payload: Payload) => Id;
  react(handle: (ctx: Ctx, payload: Payload, delivery: Delivery) => Promise<void>, wanted?: Wanted<Payload>): Hook;
  /**
   * Reacts to as many as wait at a moment, in one call: for events that come by the thousand. What fails is told again one by
   * one, so that a bad event fails alone: a handler that has done half of its work when it throws does that half again.
   */
  reactToMany(handle: (ctx: Ctx, events: readonly DeliveredEvent<Payload>[]) => Promise<void>, wanted?: Wanted<Payload>): Hook;
}

/** Declares an event in the `api.ts` of the plugin that owns it. `name` begins with the plugin's id. */
export const defineEvent = <Name extends string, Payload>(
  name: Name,
  spec: { payload: z.ZodType<Payload>; subject(payload: Payload): Id },
): EventPoint<Name, Payload> => {
  const point: EventPoint<Name, Payload> = {
    ...spec,
    kind: 'event',
    name,
    react: (handle, wanted) => bind(point, handle, wanted),
    reactToMany: (handle, wanted) => bind(point, handle, { ...wanted, takesMany: true }),
  };
  return point;
};

/** A value passes through. A bad or late answer is dropped; the last good value goes on. */
export interface FilterPoint<Name extends string = string, Value = any> extends Point<'filter', Name> {
  readonly value: z.ZodType<Value>;
  /** Milliseconds that one handler may take. */
  readonly budgetMs: number;
  change(handle: (ctx: Ctx, value: Value) => Promise<Value>): Hook;
}

/** Declares a filter in the `api.ts` of the plugin that owns the value. */
export const defineFilter = <Name extends string, Value>(name: Name, spec: { value: z.ZodType<Value>; budgetMs: number }): FilterPoint<Name, Value> => {
  const point: FilterPoint<Name, Value> = { ...spec, kind: 'filter', name, change: (handle) => bind(point, handle) };
  return point;
};

/** A question. Voters answer or abstain; one that throws, hangs or answers nonsense has *failed*, which is not "no". */
export interface DecisionPoint<Name extends string = string, Question = any, Verdict = any> extends Point<'decision', Name> {
  readonly question: z.ZodType<Question>;
  readonly verdict: z.ZodType<Verdict>;
  /** Must not depend on the order of the verdicts. */
  readonly combine: (verdicts: readonly Verdict[]) => Verdict | undefined;
  /** The verdict when nobody answered. */
  readonly fallback: Verdict;
  /** The verdict that a failed voter counts as; `refuse` turns the whole question into an error. */
  readonly whenFailed: Verdict | 'refuse';
  /** Milliseconds for each voter. */
  readonly budgetMs: number;
  vote(handle: (ctx: Ctx, question: Question) => Promise<Verdict | 'abstain'>): Hook;
}

interface DecisionSpec<Question, Verdict> {
  question: z.ZodType<Question>;
  verdict: z.ZodType<Verdict>;
  combine(verdicts: readonly Verdict[]): Verdict | undefined;
  fallback: NoInfer<Verdict>;
  whenFailed: NoInfer<Verdict> | 'refuse';
  budgetMs: number;
}

/** Declares a decision in the `api.ts` of the plugin that asks. */
export const defineDecision = <Name extends string, Question, Verdict>(
  name: Name,
  spec: DecisionSpec<Question, Verdict>,
): DecisionPoint<Name, Question, Verdict> => {
  const point: DecisionPoint<Name, Question, Verdict> = { ...spec, kind: 'decision', name, vote: (handle) => bind(point, handle) };
  return point;
};

/**
 * A question whose answers are all kept: every answerer adds its share (core asks plugins for a user's roles so). `tx` is
 * the asker's transaction with the answerer's own `ctx`: its id, its settings, and the actor who asks.
 */
export interface UnionPoint<Name extends string = string, Question = any, Share = any> extends Point<'union', Name> {
  readonly question: z.ZodType<Question>;
  readonly share: z.ZodType<Share>;
  /** Milliseconds that all answerers have together: they are asked side by side. One that is late or throws fails whoever asks. */
  readonly budgetMs: number;
  answer(handle: (tx: Tx, question: Question) => Promise<readonly Share[]>): Hook;
}

/** Declares a union. Answerers read in the caller's transaction, so that a request pays for one round trip. */
export const defineUnion = <Name extends string, Question, Share>(
  name: Name,
  spec: { question: z.ZodType<Question>; share: z.ZodType<Share>; budgetMs: number },
): UnionPoint<Name, Question, Share> => {
  const point: UnionPoint<Name, Question, Share> = { ...spec, kind: 'union', name, answer: (handle) => bind(point, handle) };
  return point;
};

/** A job that exactly one plugin does for a tenant: payment gateway, SMS, storage. */
export interface ProviderPoint<Name extends string = string, Api extends object = any> extends Point<'provider', Name> {
  provide(make: (ctx: Ctx) => Api): Hook;
}

/** Declares a provider point: `defineProvider<PaymentGateway>()('billing.payment-gateway')`. */
export const defineProvider =
  <Api extends object>() =>
  <Name extends string>(name: Name): ProviderPoint<Name, Api> => {
    const point: ProviderPoint<Name, Api> = { kind: 'provider', name, provide: (make) => bind(point, make) };
    return point;
  };

/**
 * A change that several plugins take part in: foreseen before the button, held while it can be undone, applied once, perhaps
 * taken back. `change` is plain JSON: it is kept in rows until it takes effect.
 */
export interface EffectPoint<Name extends string = string, Change = any> extends Point<'effect', Name> {
  readonly change: z.ZodType<Change>;
  takePart(work: EffectWork<Change>): Hook;
}

/** Declares an effect in the `api.ts` of the plugin that makes the change. */
export const defineEffect = <Name extends string, Change>(name: Name, spec: { change: z.ZodType<Change> }): EffectPoint<Name, Change> => {
  const point: EffectPoint<Name, Change> = { ...spec, kind: 'effect', name, takePart: (work) => bind(point, work) };
  return point;
};

/** What one plugin offers to others: a typed key, no code. `ctx.use(key)` finds the implementation. */
export interface PluginApi<Api extends object = object> {
  readonly pluginId: string;
  readonly api?: Api;
}

/** Declares a plugin's API in its `api.ts`. */
export const definePluginApi = <Api extends object>(pluginId: string): PluginApi<Api> => ({ pluginId });
