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
  readonly invoiceNumber: number;
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
  const told = await tx.row<{ code: string | null; number: number }>(sql`select t.decline_code as code, i.number from billing.payment_attempts t
    join billing.invoices i on i.tenant_id = ${tx.ctx.tenant.id} and i.id = ${row.invoice_id} where t.tenant_id = ${tx.ctx.tenant.id} and t.id = ${row.attempt_id}`);
  return viewOf(tx.ctx, row, factsOf(tx, row, card !== undefined), told!);
}

interface Told {
  readonly code: string | null;
  readonly number: number;
}

const viewOf = (ctx: Ctx, row: Collection, facts: CollectionFacts, { code, number }: Told): CollectionView => ({
  id: row.id,
  invoiceId: row.invoice_id,
  invoiceNumber: number,
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

/** The collection that concerns a subscription now: one that is under way, or that ended with an invoice still open. */
export async function collectionOfSubscription(ctx: Ctx, subscriptionId: Id): Promise<FollowedCollection | undefined> {
  const row = await ctx.inTenant((tx) =>
    tx.row<{
      invoice_id: Id;
    }>(sql`select c.invoice_id from billing.invoices i join billing.collections c on c.tenant_id = ${ctx.tenant.id} and c.invoice_id = i.id
      where i.tenant_id = ${ctx.tenant.id} and i.subscription_id = ${subscriptionId} and i.state = 'issued' order by c.ended_at nulls first, c.failed_at desc, c.id desc limit 1`),
  );
  return row && followCollection(ctx, row.invoice_id);
}

/** A collection with what happened, and what happens if nobody does anything. */
export interface FollowedCollection extends CollectionView {
  readonly timeline: ProcessTimeline;
}

/** The same as `readCollection`, with its timeline: what is planned is what the worker will do. */
export async function followCollection(ctx: Ctx, invoiceId: Id): Promise<FollowedCollection | undefined> {
  const view = await ctx.inTenant((tx) => readCollection(tx, invoiceId));
  return view && { ...view, timeline: await ctx.timeline(collection, view.id) };
}
