import type { Instant, TextKey } from './ids.ts';

/** What a case does next, and when. `because` is the reason shown on the timeline. */
export interface Step<Key extends string = string> {
  readonly step: Key;
  readonly at: Instant;
  readonly because?: TextKey;
}

/** The case is over; `done` names how it ended. */
export interface Done {
  readonly done: string;
}

/** A step at an instant. */
export const step = <Key extends string>(key: Key, at: Instant, because?: TextKey): Step<Key> => (because ? { step: key, at, because } : { step: key, at });

/** The end of a case. */
export const done = (outcome: string): Done => ({ done: outcome });

/** The steps a case has taken, from `process_steps`: each part of its memory that is not a fact of the domain. */
export interface Taken<Key extends string = string> {
  has(key: Key): boolean;
  times(key: Key): number;
  last(key: Key): Instant | undefined;
}

/** A long process as a pure function over what the database knows. It reads as the business would tell it. */
export interface Case<Facts extends object = object, Key extends string = string> {
  /** The owning plugin's id, a dot, a name: `returns.approval`. Also the type shown in Temporal's UI. */
  readonly kind: string;
  /** Pinned in the process row when the case begins; an old `next` stays in the code while a live row names it. */
  readonly version: number;
  /** The next step if nobody does anything. `at` never falls from one step to the next. */
  readonly next: (facts: Facts, taken: Taken<Key>) => Step<Key> | Done;
  /** What a forecast supposes that a step changes in the facts; a step not named here changes nothing but itself. */
  readonly assume?: { readonly [K in Key]?: (facts: Facts, at: Instant) => Facts };
  /** Earlier versions that live rows may still be pinned to. */
  readonly earlier?: readonly Case<Facts, Key>[];
}

/** Declares a case: pure, without I/O, in `workflows/<name>/<name>.case.ts`. */
export const defineCase = <Facts extends object, Key extends string>(theCase: Case<Facts, Key>): Case<Facts, Key> => theCase;

/** The memory of a case from the rows of its steps, in any order. */
export const takenOf = <Key extends string>(rows: readonly { readonly step: Key; readonly at: Instant }[]): Taken<Key> => ({
  has: (key) => rows.some((row) => row.step === key),
  times: (key) => rows.filter((row) => row.step === key).length,
  last: (key) =>
    rows
      .filter((row) => row.step === key)
      .map((row) => row.at)
      .sort()
      .at(-1),
});

/** How many steps a timeline looks ahead. */
export const FORECAST_STEPS = 12;

/** The steps that follow if nobody does anything: what the timeline shows is what the worker will do. */
export function forecast<Facts extends object, Key extends string>(
  theCase: Case<Facts, Key>,
  facts: Facts,
  steps: readonly { readonly step: Key; readonly at: Instant }[] = [],
  most = FORECAST_STEPS,
): Step<Key>[] {
  const next = theCase.next(facts, takenOf(steps));
  if ('done' in next || most === 0) return [];
  const assumed = theCase.assume?.[next.step]?.(facts, next.at) ?? facts;
  return [next, ...forecast(theCase, assumed, [...steps, next], most - 1)];
}

/**
 * Many alike that nobody talks to: one workflow per tenant, asleep until the earliest due row, then batch after batch until
 * nothing is due. Its process row lives while the plugin is on at the business.
 */
export interface Clock {
  readonly kind: string;
  readonly clock: true;
}

/** Declares a clock. `kind` begins with the owning plugin's id. */
export const defineClock = (kind: string): Clock => ({ kind, clock: true });

/** Temporal's task queue of batches: they never take the places of steps that people wait for. */
export const BATCH_QUEUE = 'portico-batches';

/** Any long process that a plugin may own. */
export type Process = Case<any, any> | Clock;
