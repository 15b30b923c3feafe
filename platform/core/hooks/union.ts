import type { UnionPoint } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { inOneWrite } from '../database/transaction.ts';
import type { BoundHook } from '../plugins/registry.ts';

/**
 * Every enabled plugin's share of an answer, read in the caller's transaction. A plugin that fails spoils the transaction,
 * so its failure is the caller's: who somebody is must not be guessed from half an answer.
 */
export async function union<Question, Share>(tx: HostTx, point: UnionPoint<string, Question, Share>, question: Question): Promise<readonly Share[]> {
  const { registry, enablement } = tx.context.host;
  const here = registry.bound('union', point.name).filter((bound) => enablement.isOnNow(tx.ctx.tenant.id, bound.pluginId));
  const ask = ({ handle }: BoundHook) => (handle as (tx: Tx, question: Question) => Promise<readonly Share[]>)(tx, question);
  // nobody needs another's answer, so their questions go out together
  const answers = await inOneWrite(tx.connection, () => Promise.allSettled(here.map(ask)));
  // every one has come to its end by now: none goes on asking on a connection that has been given back
  return answers.flatMap((answer) => {
    if (answer.status === 'rejected') throw answer.reason;
    return answer.value.map((share) => point.share.parse(share));
  });
}
