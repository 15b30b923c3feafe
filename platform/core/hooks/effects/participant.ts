import { z } from 'zod';
import { LIMITS, type EffectLine, type EffectWork } from '@portico/kit';
import type { HostTx } from '../../context/host-tx.ts';
import type { BoundHook } from '../../plugins/registry.ts';
import { withinBudget } from '../call.ts';

/** Lines as a participant may answer them: everything that people confirm, and nothing that is none. */
export const Lines = z
  .array(
    z.object({
      text: z.string().min(1).max(200),
      values: z.record(z.string().max(60), z.union([z.string().max(500), z.number()])).optional(),
      final: z.boolean().optional(),
    }),
  )
  .max(100) as unknown as z.ZodType<readonly EffectLine[]>;

/** What a plugin does in a change. */
export const workOf = ({ handle }: BoundHook): EffectWork<unknown> => handle as EffectWork<unknown>;

/**
 * Works on the caller's open transaction in a participant's name, behind a savepoint. What fails or is late takes back what
 * it wrote and throws; the transaction goes on. A late one cannot write any more, and its statement is ended by the database.
 */
export async function asParticipant(tx: HostTx, pluginId: string, work: (own: HostTx) => Promise<unknown>): Promise<void> {
  const { connection } = tx;
  const lent = tx.lend(tx.ctx.child(pluginId));
  await connection.query(`savepoint participant; set local statement_timeout = ${LIMITS.effectHoldMs}`);
  try {
    await withinBudget(LIMITS.effectHoldMs, () => work(lent.tx));
    lent.end();
    await connection.query('set local statement_timeout to default; release savepoint participant');
  } catch (error) {
    lent.end();
    // takes the limit of the savepoint back, too; on a connection that is gone it throws, and the caller's transaction with it
    await connection.query('rollback to savepoint participant; release savepoint participant');
    throw error;
  }
}
