import type { UnionPoint } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';

/**
 * Every enabled plugin's share of an answer, read in the caller's transaction. A plugin that fails spoils the transaction,
 * so its failure is the caller's: who somebody is must not be guessed from half an answer.
 */
export async function union<Question, Share>(tx: HostTx, point: UnionPoint<string, Question, Share>, question: Question): Promise<readonly Share[]> {
  const shares: Share[] = [];
  for (const bound of tx.context.host.registry.bound('union', point.name)) {
    if (!tx.context.host.enablement.isOnNow(tx.ctx.tenant.id, bound.pluginId)) continue;
    const answer = bound.handle as (tx: Tx, question: Question) => Promise<readonly Share[]>;
    for (const share of await answer(tx, question)) shares.push(point.share.parse(share));
  }
  return shares;
}
