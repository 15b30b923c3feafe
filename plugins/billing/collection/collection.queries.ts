import type { Id, Instant } from '@portico/kit';
import { sql, type Ctx, type ProcessTimeline, type Tx } from '@portico/kit/server';
import { collection, nextTry, type CollectionFacts, type CollectionState, type LastRule } from '@portico/workflows/collection';
import { declineWords } from '../payment/decline-words.ts';
import { cardToCharge, factsOf } from './collection-facts.ts';
import { Collection, type CollectionEnd } from './collection.model.ts';

/** How the collection of an invoice stands, and its three clocks: when a card is charged, when somebody is told, what the last day brings. */
export interface CollectionView {
  readonly id: Id;
  readonly invoiceId: Id;
  readonly state: CollectionState;
  readonly automatic: boolean;
  readonly failedAt: Instant;
  readonly failures: number;
  /** Why the last try failed, in the customer's words; null while the bank has not answered. */
  readonly because: string | null;
  readonly nextTryAt: Instant | null;
  readonly lastDayAt: Instant;
  readonly lastRule: LastRule;
  readonly endedAt: Instant | null;
  readonly endedBecause: CollectionEnd | null;
}

/** The collection of an invoice that was read with its rights: the one under way, else the latest; undefined when there never was one. */
export async function readCollection(tx: Tx, invoiceId: Id): Promise<CollectionView | undefined> {
  const row = await tx
    .query(Collection)
    .where({ invoice_id: invoiceId })
    .orderBy([
      { column: 'failed_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .first();
  if (!row) return undefined;
  const card = row.ended_at ? undefined : await cardToCharge(tx, row.bill_group_id);
  const attempt = await tx.row<{ code: string | null }>(
    sql`select decline_code as code from billing.payment_attempts where tenant_id = ${tx.ctx.tenant.id} and id = ${row.attempt_id}`,
  );
  return viewOf(tx.ctx, row, factsOf(tx, row, card !== undefined), attempt?.code ?? null);
}

const viewOf = (ctx: Ctx, row: Collection, facts: CollectionFacts, code: string | null): CollectionView => ({
  id: row.id,
  invoiceId: row.invoice_id,
  state: row.state,
  automatic: row.automatic,
  failedAt: row.failed_at,
  failures: row.failures,
  because: row.failures > 0 ? declineWords(ctx, code ?? 'other') : null,
  nextTryAt: nextTry(facts)?.at ?? null,
  lastDayAt: row.give_up_at,
  lastRule: row.last_rule,
  endedAt: row.ended_at,
  endedBecause: row.ended_because,
});

/** A collection with what happened, and what happens if nobody does anything. */
export interface FollowedCollection extends CollectionView {
  readonly timeline: ProcessTimeline;
}

/** The same as `readCollection`, with its timeline: what is planned is what the worker will do. */
export async function followCollection(ctx: Ctx, invoiceId: Id): Promise<FollowedCollection | undefined> {
  const view = await ctx.inTenant((tx) => readCollection(tx, invoiceId));
  return view && { ...view, timeline: await ctx.timeline(collection, view.id) };
}
