import type { Ctx } from '@portico/kit/server';

const lines = new WeakMap<Ctx, Promise<unknown>>();

/** A context has one transaction at a time: calls that go side by side stand in line for theirs. Not to be nested. */
export function inTurn<Answer>(ctx: Ctx, work: () => Promise<Answer>): Promise<Answer> {
  const mine = (lines.get(ctx) ?? Promise.resolve()).then(work);
  // what failed is its caller's; the next one goes on
  lines.set(
    ctx,
    mine.catch(() => undefined),
  );
  return mine;
}
