import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { retriesAfter, type CollectionFacts } from '@portico/workflows/collection';
import { Collection } from './collection.model.ts';

/** What the database knows of a collection now. */
export async function collectionFacts(tx: Tx, id: Id): Promise<CollectionFacts> {
  const row = await tx.query(Collection).findById(id).throwIfNotFound();
  return factsOf(tx, row, await mayCharge(tx, row.bill_group_id));
}

/** The facts of a row that was read, for a list as for the case. */
export const factsOf = ({ ctx }: Tx, row: Collection, isAllowed: boolean): CollectionFacts => ({
  settled: row.ended_because,
  state: row.state,
  automatic: row.automatic,
  mayCharge: isAllowed,
  triedAt: row.tried_at ?? row.failed_at,
  failures: row.failures,
  askAgainAt: row.ask_again_at ?? row.failed_at,
  tryAgainAt: row.try_again_at,
  newCardAt: row.new_method_at,
  retryAt: retriesAfter(row.failed_at, row.retry_days, ctx.tenant.zone),
  giveUpAt: row.give_up_at,
  lastRule: row.last_rule,
  now: ctx.clock.now(),
  tries: row.tries,
});

/** The card that a bill group lets us charge at this moment; undefined without auto-pay or without a card. */
export const cardToCharge = (tx: Tx, billGroupId: Id): Promise<{ id: Id; gateway_method: string; described: string } | undefined> =>
  tx.row(sql`select m.id, m.gateway_method, m.brand || ' ' || m.last_four as described from billing.bill_group_terms t
    join billing.payment_methods m on m.tenant_id = ${tx.ctx.tenant.id} and m.id = t.default_method_id and m.removed_at is null
    where t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = ${billGroupId} and t.auto_pay`);

const mayCharge = async (tx: Tx, billGroupId: Id): Promise<boolean> => (await cardToCharge(tx, billGroupId)) !== undefined;

/** So many minutes wait a question, or a try that could not be made, after so many in vain: 1, 2, 4 … up to `most`. */
export const laterEachTime = (first: number, asks: number, most: number): number => Math.min(first * 2 ** Math.min(asks, 20), most);
