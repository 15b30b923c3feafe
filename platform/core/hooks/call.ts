/** A handler took longer than its budget. */
export class TooSlow extends Error {
  constructor(budgetMs: number) {
    super(`it took longer than ${budgetMs} ms`);
    this.name = 'TooSlow';
  }
}

/** The answer of a handler within its budget. What it does after that is on its own: its answer no longer counts. */
export async function withinBudget<T>(budgetMs: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new TooSlow(budgetMs)), budgetMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), late]);
  } finally {
    clearTimeout(timer);
  }
}
