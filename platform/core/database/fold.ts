import { knownError } from '../errors/known-error.ts';
import { Overloaded, Unavailable } from '../errors/unavailable.ts';

/** The most calls that go together in one statement. */
export const MOST_TOGETHER = 200;
/** The most calls of one tenant and route that wait; beyond it the caller is asked to come back. */
export const MOST_WAITING = 5_000;

interface Waiting<Item> {
  readonly item: Item;
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** Runs items together and answers in their order; an answer may be an Error. */
export type RunTogether<Item> = (items: readonly Item[]) => Promise<readonly unknown[]>;

/**
 * Folds the calls of one tenant and route (architecture 6): while a statement runs, the next calls wait, and go together
 * when it is done. A statement that fails is repeated item by item, so that one bad item fails alone; not so when the
 * database itself could not answer, which no item is to blame for.
 */
export class Fold<Item> {
  #waiting: Waiting<Item>[] = [];
  #isRunning = false;

  constructor(
    private readonly run: RunTogether<Item>,
    private readonly most = { together: MOST_TOGETHER, waiting: MOST_WAITING },
    /** Called when nothing runs and nothing waits any more. */
    private readonly rest: () => void = () => undefined,
  ) {}

  /** The answer to one item. Rejects with Overloaded when too many wait already. */
  submit(item: Item): Promise<unknown> {
    if (this.#waiting.length >= this.most.waiting) return Promise.reject(new Overloaded({ seconds: 1 }));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isRunning) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.most.together);
      await this.#runBatch(batch);
    }
    this.#isRunning = false;
    this.rest();
  }

  async #runBatch(batch: readonly Waiting<Item>[]): Promise<void> {
    try {
      const answers = await this.run(batch.map(({ item }) => item));
      if (answers.length !== batch.length) throw new Error(`a folded operation answered ${answers.length} of ${batch.length} items`);
      batch.forEach((waiting, at) => settle(waiting, answers[at]));
    } catch (error) {
      if (batch.length === 1 || knownError(error) instanceof Unavailable) for (const waiting of batch) waiting.reject(error);
      else for (const waiting of batch) await this.#runBatch([waiting]);
    }
  }
}

const settle = (waiting: Waiting<unknown>, answer: unknown): void => (answer instanceof Error ? waiting.reject(answer) : waiting.resolve(answer));

/** The folds of one process, by key; a fold lives while it has something to do. */
export class Folds {
  readonly #folds = new Map<string, Fold<any>>();

  /** How many are at work. */
  get size(): number {
    return this.#folds.size;
  }

  /** Submits an item to the fold of this key; `run` is used when the fold begins. */
  submit<Item>(key: string, item: Item, run: RunTogether<Item>): Promise<unknown> {
    const fold: Fold<Item> = this.#folds.get(key) ?? new Fold<Item>(run, undefined, () => void this.#folds.delete(key));
    this.#folds.set(key, fold);
    return fold.submit(item);
  }
}
