import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Fold, Folds } from '../database/fold.ts';
import { Overloaded } from '../errors/unavailable.ts';

/** Runs nothing until it is opened, and keeps what it was given. */
function gatedRun(answer: (item: number) => unknown = (item) => item * 10) {
  const batches: number[][] = [];
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const run = async (items: readonly number[]) => {
    batches.push([...items]);
    await gate;
    return items.map(answer);
  };
  return { batches, run, open };
}

describe('a fold', () => {
  it('lets the calls that come while a statement runs go together, in their order', async () => {
    const { batches, run, open } = gatedRun();
    const fold = new Fold(run);
    const answers = Promise.all([1, 2, 3, 4].map((item) => fold.submit(item)));
    await pause(1);
    expect(batches).toEqual([[1]]);
    open();
    expect(await answers).toEqual([10, 20, 30, 40]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('takes at most 200 together', async () => {
    const { batches, run, open } = gatedRun();
    const fold = new Fold(run);
    const answers = Array.from({ length: 451 }, (_, item) => fold.submit(item));
    open();
    expect(await Promise.all(answers)).toHaveLength(451);
    expect(batches.map((batch) => batch.length)).toEqual([1, 200, 200, 50]);
  });

  it('repeats a batch that fails one by one: a bad item fails alone', async () => {
    const batches: number[][] = [];
    const fold = new Fold<number>(async (items) => {
      batches.push([...items]);
      await pause(1);
      if (items.includes(3)) throw new Error(`no ${items.length}`);
      return items.map((item) => item * 10);
    });
    const settled = await Promise.allSettled([1, 2, 3, 4].map((item) => fold.submit(item)));
    expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([10, 20, 'no 1', 40]);
    expect(batches).toEqual([[1], [2, 3, 4], [2], [3], [4]]);
  });

  it('gives up a whole batch at once while the database is away: no item is to blame', async () => {
    const batches: number[][] = [];
    const fold = new Fold<number>(async (items) => {
      batches.push([...items]);
      await pause(1);
      if (items.length > 1) throw Object.assign(new Error('lock timeout'), { code: '55P03' });
      return items;
    });
    const settled = await Promise.allSettled([1, 2, 3].map((item) => fold.submit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('gives an error that is an answer to its own call only', async () => {
    const fold = new Fold<number>(async (items) => items.map((item) => (item === 2 ? new RangeError('two') : item)));
    const settled = await Promise.allSettled([1, 2, 3].map((item) => fold.submit(item)));
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('does not take a run at its word that forgets an answer', async () => {
    const fold = new Fold<number>(async (items) => items.slice(1));
    await expect(fold.submit(1)).rejects.toThrow('answered 0 of 1');
  });

  it('asks callers to come back when too many wait', async () => {
    const { run, open } = gatedRun();
    const fold = new Fold(run, { together: 200, waiting: 3 });
    const answers = [0, 1, 2, 3].map((item) => fold.submit(item)); // one runs, three wait
    await expect(fold.submit(4)).rejects.toBeInstanceOf(Overloaded);
    open();
    expect(await Promise.all(answers)).toEqual([0, 10, 20, 30]);
  });

  it('lets tenants run side by side, and forgets a fold that has nothing to do', async () => {
    const folds = new Folds();
    const { batches, run, open } = gatedRun();
    const answers = Promise.all([folds.submit('alpha', 1, run), folds.submit('beta', 2, run), folds.submit('alpha', 3, run)]);
    await pause(1);
    expect(batches).toEqual([[1], [2]]);
    open();
    expect(await answers).toEqual([10, 20, 30]);
    await pause(1);
    expect(folds.size).toBe(0);
  });
});
