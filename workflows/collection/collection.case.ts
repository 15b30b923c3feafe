import { addDuration, defineCase, done, hoursAfter, step, type Instant, type Taken } from '@portico/kit';

/** Why an invoice is not settled: what the last try came to. */
export type CollectionState = 'declined' | 'hard-declined' | 'needs-customer' | 'processing' | 'unknown';
/** What becomes of a subscription when the last try has failed. */
export type LastRule = 'keep' | 'pause' | 'cancel';

/** What the database knows of an invoice that was not settled at the first call. Its schedule and rule were pinned then. */
export interface CollectionFacts {
  /** How it ended: `paid`, `void`, `given-up`, `left-to-customer`. */
  readonly settled: string | null;
  readonly state: CollectionState;
  /** We may charge without asking. Otherwise it is a payment that somebody made, and its end is all that is waited for. */
  readonly automatic: boolean;
  /** Auto-pay is on at this moment, and it has a card. */
  readonly mayCharge: boolean;
  /** How many tries there were: a step that was overtaken by another worker finds another number. */
  readonly tries: number;
  /** When the last try was over, and how many have failed so far. */
  readonly triedAt: Instant;
  readonly failures: number;
  /** Processing and unknown: when the gateway is asked. */
  readonly askAgainAt: Instant;
  /** A try that could not be made, as the gateway was out of reach or charges were stopped, is made then. */
  readonly tryAgainAt: Instant | null;
  /** A card became the default that was not tried for this invoice. */
  readonly newCardAt: Instant | null;
  readonly retryAt: readonly Instant[];
  readonly giveUpAt: Instant;
  readonly lastRule: LastRule;
  /** By the business's clock. A try that is late fails late in the forecast too, so that missed ones do not come in a row. */
  readonly now: Instant;
}

export type CollectionStep =
  | 'ask-gateway'
  | 'tell-customer'
  | 'retry-charge'
  | 'charge-new-card'
  | 'remind-customer'
  | 'keep-unpaid'
  | 'pause-subscription'
  | 'cancel-subscription'
  | 'tell-end';

const STEP_OF = { keep: 'keep-unpaid', pause: 'pause-subscription', cancel: 'cancel-subscription' } as const satisfies Record<LastRule, CollectionStep>;
const REMIND_HOURS_BEFORE = 72;
const later = (one: Instant, other: Instant): Instant => (one > other ? one : other);

/** Whether the gateway knows more than we do. */
export const isWithBank = ({ state }: Pick<CollectionFacts, 'state'>): boolean => state === 'processing' || state === 'unknown';

/**
 * The next time that a card is charged if nobody does anything: a new card at once, whatever the last one's bank said; the
 * same card on the days of the schedule that are still to come, and only after a decline that another try may overcome (3.4).
 */
export function nextTry(facts: CollectionFacts): { readonly at: Instant; readonly card: 'new' | 'same' } | undefined {
  const { triedAt, tryAgainAt, newCardAt } = facts;
  if (facts.settled || !facts.automatic || !facts.mayCharge || isWithBank(facts)) return undefined;
  if (newCardAt) return { at: later(later(newCardAt, triedAt), tryAgainAt ?? newCardAt), card: 'new' };
  if (facts.state !== 'declined') return undefined;
  const at = tryAgainAt ?? facts.retryAt.find((day) => day > triedAt);
  return at === undefined ? undefined : { at: later(at, triedAt), card: 'same' };
}

/** The days of a schedule, counted from the first failure at the same hour there. */
export const retriesAfter = (failedAt: Instant, days: readonly number[], zone: string): Instant[] =>
  days.map((count) => addDuration(failedAt, `P${count}D`, zone));

const isTold = ({ triedAt, failures }: CollectionFacts, taken: Taken<CollectionStep>): boolean =>
  failures === 0 || (taken.last('tell-customer') ?? '') >= triedAt;

// In a forecast: a try that is still to come, and supposed to fail.
const isSupposed = ({ triedAt, now }: CollectionFacts): boolean => triedAt > now;

const failedAgain = (facts: CollectionFacts, at: Instant): CollectionFacts => ({
  ...facts,
  state: 'declined',
  tries: facts.tries + 1,
  triedAt: later(at, facts.now),
  failures: facts.failures + 1,
  tryAgainAt: null,
  newCardAt: null,
});

// Who can do something about it is reminded three days before the end; whose card is tried again by then anyway is not.
function remindAt(facts: CollectionFacts, taken: Taken<CollectionStep>): Instant | undefined {
  const at = hoursAfter(facts.giveUpAt, -REMIND_HOURS_BEFORE);
  return at > facts.triedAt && facts.now < facts.giveUpAt && !taken.has('remind-customer') ? at : undefined;
}

/** An invoice that was not settled at the first call: ask, tell, try again on the published days, then let go (requirements 3.4). */
export const collection = defineCase<CollectionFacts, CollectionStep>({
  kind: 'billing.collection',
  version: 1,
  next(facts, taken) {
    if (facts.settled) return done(facts.settled);
    if (isWithBank(facts)) return step('ask-gateway', facts.askAgainAt);
    if (!facts.automatic) return isTold(facts, taken) ? done('left-to-customer') : step('tell-customer', facts.triedAt);
    const rule = STEP_OF[facts.lastRule];
    if (taken.has(rule)) return taken.has('tell-end') ? done('given-up') : step('tell-end', taken.last(rule)!);
    const chance = nextTry(facts);
    if (chance?.card === 'new') return step('charge-new-card', chance.at, 'billing.collection.because.new-card');
    const isLast = !chance && facts.giveUpAt <= facts.triedAt;
    if (!isLast && !isTold(facts, taken))
      return step('tell-customer', facts.triedAt, isSupposed(facts) ? 'billing.collection.because.declined-again' : undefined);
    if (chance) return step('retry-charge', chance.at);
    const reminder = remindAt(facts, taken);
    if (reminder) return step('remind-customer', reminder, 'billing.collection.because.nobody-paid');
    return step(rule, later(facts.giveUpAt, facts.triedAt), 'billing.collection.because.last-day');
  },
  assume: {
    'ask-gateway': (facts) => ({ ...facts, settled: 'paid' }),
    'retry-charge': failedAgain,
    'charge-new-card': failedAgain,
    // the cancellation is a case of its own, and tells of itself
    'cancel-subscription': (facts) => ({ ...facts, settled: 'given-up' }),
  },
});
