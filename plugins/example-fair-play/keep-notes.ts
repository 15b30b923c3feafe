import type { EffectLine, Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { subscriptionCancelled } from '@portico/plugin-billing/api';

/** Whoever cancels a plan is told that what they wrote about its leads is kept. Nothing moves, so nothing is to be taken back. */
export const keepNotes = subscriptionCancelled.takePart({
  foresee: (tx, { subscriptionId }) => kept(tx, subscriptionId),
  apply: (tx, { subscriptionId }) => kept(tx, subscriptionId),
  revert: async () => undefined,
});

async function kept(tx: Tx, subscriptionId: Id): Promise<EffectLine[]> {
  const found = await tx.row<{ count: number }>(sql`select count(*)::int as count from example_fair_play.goodwill_notes n
    join leads.plan_lead_v1 l on l.tenant_id = n.tenant_id and l.lead_id = n.lead_id
    where n.tenant_id = ${tx.ctx.tenant.id} and l.subscription_id = ${subscriptionId}`);
  const count = found?.count ?? 0;
  return count > 0 ? [{ text: 'example-fair-play.effect.kept', values: { count } }] : [];
}
