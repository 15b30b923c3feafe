import { msBetween, NotFound, type Id, type Instant } from '@portico/kit';
import {
  emptySql,
  listQuery,
  sql,
  walkList,
  type Ctx,
  type FrozenEffect,
  type ListPlace,
  type ProcessTimeline,
  type Tx,
  type WalkedPage,
} from '@portico/kit/server';
import { cancellation } from '@portico/workflows/cancellation';
import { z } from 'zod';
import { Cancellation } from './cancellation.model.ts';
import { mayTakeBack } from './take-back-cancellation.ts';

/** A cancellation as the API answers it. */
export const CancellationAnswer = z.object({
  id: z.uuid(),
  subscriptionId: z.uuid(),
  state: z.enum(['asked', 'refused', 'waiting', 'undone', 'ended', 'taken-back']),
  mode: z.enum(['at-once', 'period-end', 'on-request']),
  reason: z.string(),
  askedAt: z.string(),
  takesEffectAt: z.string().nullable(),
  settledAt: z.string().nullable(),
});
export type CancellationView = z.output<typeof CancellationAnswer>;

const viewOf = (row: Cancellation): CancellationView => ({
  id: row.id,
  subscriptionId: row.subscription_id,
  state: row.state,
  mode: row.mode,
  reason: row.reason,
  askedAt: row.asked_at,
  takesEffectAt: row.takes_effect_at,
  settledAt: row.settled_at,
});

/** One cancellation of a subscription that the actor may see. Throws NotFound for any other. */
export async function readCancellation(ctx: Ctx, cancellationId: Id): Promise<CancellationView> {
  const row = await ctx.inTenant((tx) => tx.query(Cancellation).findById(cancellationId));
  if (!row || !ctx.may('read', 'Subscription', row)) throw new NotFound();
  return viewOf(row);
}

/** What a list of cancellations can be asked for. */
export const ListCancellations = listQuery(['-asked', 'asked']).extend({ state: CancellationAnswer.shape.state.optional() });
export type ListCancellations = z.output<typeof ListCancellations>;

type Row = CancellationView & { readonly sort_key: string };

/** The cancellations that the actor may see, the newest first unless asked otherwise; `state: asked` are the requests that wait for staff. Throws InvalidInput at `cursor` or `before`. */
export async function listCancellations(tx: Tx, query: ListPlace & Pick<ListCancellations, 'state'>): Promise<WalkedPage<CancellationView>> {
  const { ctx } = tx;
  const keyset = walkList<Row>({ key: sql`c.asked_at`, type: 'timestamptz' }, sql`c.id`, query);
  const found = await tx.rows<Row>(sql`select c.id, c.subscription_id as "subscriptionId", c.state, c.mode, c.reason, c.asked_at as "askedAt",
      c.takes_effect_at as "takesEffectAt", c.settled_at as "settledAt", c.asked_at as sort_key
    from billing.cancellations c where c.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Subscription', 'c')}
      ${query.state ? sql`and c.state = ${query.state}` : emptySql} and ${keyset.where} ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** The latest cancellation of a subscription, with all that its page shows of it. */
export interface FollowedCancellation extends CancellationView {
  readonly timeline: ProcessTimeline;
  readonly effects: readonly FrozenEffect[];
  /** Seconds until it takes effect, by the business's clock, and of how many in all. */
  readonly secondsLeft: number;
  readonly secondsTotal: number;
  readonly mayTakeBack: boolean;
}

/** The latest cancellation of a subscription that was read with its rights; undefined when there was none, or it came to nothing. */
export async function followCancellation(ctx: Ctx, subscriptionId: Id): Promise<FollowedCancellation | undefined> {
  const row = await ctx.inTenant((tx) =>
    tx
      .query(Cancellation)
      .where({ subscription_id: subscriptionId })
      .orderBy([
        { column: 'asked_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .first(),
  );
  if (!row || row.state === 'undone' || row.state === 'refused') return undefined;
  const until = row.takes_effect_at ?? row.asked_at;
  const now = ctx.clock.now();
  return {
    ...viewOf(row),
    timeline: await ctx.timeline(cancellation, row.id),
    effects: await ctx.effects(row.id),
    secondsLeft: Math.max(0, Math.floor(msBetween(now, until) / 1000)),
    secondsTotal: Math.max(0, Math.floor(msBetween(row.asked_at, until) / 1000)),
    mayTakeBack: row.state === 'ended' && mayTakeBack(ctx, row),
  };
}

/** What became of an earlier wish to cancel. */
export interface SettledCancellation {
  readonly id: Id;
  readonly state: 'refused' | 'undone' | 'taken-back';
  readonly askedAt: Instant;
  readonly settledAt: Instant;
}

/** So many are told. */
const MOST_SETTLED = 20;

/** The cancellations of a subscription that came to nothing, oldest first: refused, undone, taken back. The latest twenty. */
export async function settledCancellations(tx: Tx, subscriptionId: Id): Promise<SettledCancellation[]> {
  const latest = await tx.rows<SettledCancellation>(sql`select c.id, c.state, c.asked_at as "askedAt", c.settled_at as "settledAt" from billing.cancellations c
    where c.tenant_id = ${tx.ctx.tenant.id} and c.subscription_id = ${subscriptionId} and c.state in ('refused', 'undone', 'taken-back')
    order by c.asked_at desc, c.id desc limit ${MOST_SETTLED}`);
  return latest.toReversed();
}
