import { z } from 'zod';
import type { Id } from '@portico/kit';
import { type Ctx, PorticoError } from '@portico/kit/server';
import { decideReturn, type ReturnDecision } from './decide-return.ts';

export const ReturnIds = z.array(z.uuid()).min(1, 'returns.problem.none-picked').max(100);

/** What became of one return among several: decided now, standing as wanted already, or refused with the error's code. */
export interface DecidedOne {
  readonly id: Id;
  readonly result: 'decided' | 'stood' | 'refused';
  readonly code?: string;
}

/**
 * One decision about several returns. Each is decided in a transaction of its own, in the order given, so that one that
 * somebody else decided meanwhile leaves the others alone; repeating the call changes nothing.
 */
export async function decideReturns(ctx: Ctx, ids: readonly Id[], decision: ReturnDecision): Promise<DecidedOne[]> {
  ctx.demand('decide', 'LeadReturn');
  const results: DecidedOne[] = [];
  for (const id of new Set(ids)) results.push(await decideOne(ctx, id, decision));
  return results;
}

async function decideOne(ctx: Ctx, id: Id, decision: ReturnDecision): Promise<DecidedOne> {
  try {
    const { changed } = await decideReturn(ctx, id, decision);
    return { id, result: changed ? 'decided' : 'stood' };
  } catch (error) {
    if (error instanceof PorticoError) return { id, result: 'refused', code: error.code };
    throw error;
  }
}
