import { defineError, type UnionPoint } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { isDatabaseAway } from '../database/lent-connection.ts';
import { inOneWrite } from '../database/transaction.ts';
import type { BoundHook } from '../plugins/registry.ts';
import { TooSlow, withinBudget } from './call.ts';

/** A plugin that must be asked threw or took too long, and half an answer would be a wrong one. */
export class NotAnswered extends defineError('portico.not-answered', 503) {}

/**
 * Every enabled plugin's share of an answer, read in the caller's transaction, within the point's time. A plugin that fails
 * spoils the transaction, so its failure is the caller's: who somebody is must not be guessed from half an answer. One that
 * hangs has its transaction ended under it. Throws NotAnswered; the failure is noted at the plugin.
 */
export async function union<Question, Share>(tx: HostTx, point: UnionPoint<string, Question, Share>, question: Question): Promise<readonly Share[]> {
  const here = tx.context.host.enablement.boundNow(tx.ctx.tenant.id, 'union', point.name);
  const ask = ({ pluginId, handle }: BoundHook) =>
    withinBudget(point.budgetMs, async (budget) => {
      const own = tx.as(tx.ctx.child(pluginId, undefined, budget)); // it speaks, and reads its settings, in its own name
      const shares = await (handle as (tx: Tx, question: Question) => Promise<readonly Share[]>)(own, question);
      return shares.map((share) => point.share.parse(share));
    });
  // nobody needs another's answer, so their questions go out together
  const answers = await inOneWrite(tx.connection, () => Promise.allSettled(here.map(ask)));
  // every one that is not late has come to its end by now: none goes on asking on a connection that has been given back
  const failures = answers.flatMap((answer, at) => (answer.status === 'rejected' ? [{ pluginId: here[at]!.pluginId, because: answer.reason as unknown }] : []));
  if (failures.length > 0) throw notAnswered(tx, point, failures);
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function notAnswered(tx: HostTx, point: UnionPoint, failures: readonly { readonly pluginId: string; readonly because: unknown }[]): unknown {
  // the database is away: nobody is to blame, and whoever asked knows how to say so
  const away = failures.find(({ because }) => isDatabaseAway(because));
  if (away) return away.because;
  for (const { pluginId, because } of failures)
    if (!isAfterAnother(because)) tx.context.host.failures.note(tx.ctx.tenant.id, pluginId, `union ${point.name}`, because);
  const error = new NotAnswered({ point: point.name });
  // what a late plugin still does, it must not do on a connection that somebody else is using
  if (failures.some(({ because }) => because instanceof TooSlow)) tx.cutOff(error);
  return error;
}

// Its statement came behind one that had failed: the fault is another's.
const isAfterAnother = (because: unknown): boolean => (because as { code?: unknown } | null)?.code === '25P02';
