/** A handler took longer than its budget. */
export class TooSlow extends Error {
  constructor(budgetMs: number) {
    super(`it took longer than ${budgetMs} ms`);
    this.name = 'TooSlow';
  }
}

/** The work was called off from outside, however long it had run. */
export class CalledOff extends Error {
  constructor() {
    super('it was called off: the worker ends, and another one takes it again');
    this.name = 'CalledOff';
  }
}

/** The time of one piece of work, without a length when only a call from outside ends it. Once it is spent, contexts made with it begin no transaction, and those that are open end. */
export class Budget {
  #isSpent = false;
  readonly #beganMs = performance.now();
  readonly #listeners = new Set<(because: Error) => void>();

  constructor(private readonly ms = Number.POSITIVE_INFINITY) {}

  /** Ends the time. */
  spend(): Error {
    const because = this.#because();
    this.#isSpent = true;
    for (const listener of this.#listeners) listener(because);
    this.#listeners.clear();
    return because;
  }

  /** Milliseconds until it is spent. */
  leftMs(): number {
    return this.#isSpent ? 0 : Math.max(0, this.ms - (performance.now() - this.#beganMs));
  }

  /** Throws TooSlow, or CalledOff where it has no length, when the time is over. */
  demand(): void {
    if (this.#isSpent) throw this.#because();
  }

  /** Calls `listener` once, when the time is spent or is spent already; the answer takes it away again. */
  whenSpent(listener: (because: Error) => void): () => void {
    if (this.#isSpent) listener(this.#because());
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #because(): Error {
    return Number.isFinite(this.ms) ? new TooSlow(this.ms) : new CalledOff();
  }
}

/**
 * The answer of a handler within its budget; throws TooSlow after it. What the handler does then no longer counts: a
 * context that was made with the budget commits nothing more, so that nobody is told "too slow" of a thing that is done
 * a moment later.
 */
export async function withinBudget<T>(budgetMs: number, work: (budget: Budget) => Promise<T>): Promise<T> {
  const budget = new Budget(budgetMs);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(budget.spend()), budgetMs);
  });
  try {
    // begun at once, not a moment later: what several ask over one connection goes out in one piece
    return await Promise.race([(async () => work(budget))(), late]);
  } finally {
    clearTimeout(timer);
  }
}
