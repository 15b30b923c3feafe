import { addDuration, hoursAfter, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { collection, type CollectionState } from '@portico/workflows/collection';
import type { MovedAttempt } from '../payment/settle-attempts.ts';
import type { BillingSettings } from '../plugin.ts';
import { laterEachTime } from './collection-facts.ts';
import { Collection } from './collection.model.ts';

/** Minutes until the gateway is asked for the first time: what is unknown soon, what the bank works on later; then less and less often. */
const ASK = { unknown: { first: 1, most: 360 }, processing: { first: 60, most: 720 } } as const;
/** Minutes until a try is made again that the gateway could not even begin. */
const TRY_AGAIN = { first: 10, most: 1_440 };

/**
 * What the news of attempts mean for the collection of their invoices, in the transaction that writes the news: one begins
 * for what a renewal could not settle, and for whatever the bank has not answered; one that is under way takes note of the
 * payment that it stands on, and of somebody's own that the bank is looking at. A try of its own is read by its own step.
 */
export async function followAttempts(tx: Tx, moved: readonly MovedAttempt[]): Promise<void> {
  const open = moved.filter(({ state }) => state !== 'succeeded' && state !== 'created');
  if (open.length === 0) return;
  const known = await liveCollections(
    tx,
    open.flatMap(({ invoiceIds }) => invoiceIds),
  );
  const begun: NewCollection[] = [];
  for (const attempt of open)
    for (const invoiceId of attempt.invoiceIds) {
      const row = known.get(invoiceId);
      if (row) await takeNote(tx, row, attempt);
      else if (isToFollow(attempt)) begun.push({ invoiceId, attempt });
    }
  await beginCollections(tx, begun);
}

interface NewCollection {
  readonly invoiceId: Id;
  readonly attempt: MovedAttempt;
}

const isWaiting = ({ state }: MovedAttempt): boolean => state === 'processing' || state === 'unknown';
const isAutomatic = ({ because }: MovedAttempt): boolean => because === 'renewal' || because === 'auto-pay';
const isToFollow = (attempt: MovedAttempt): boolean => isAutomatic(attempt) || isWaiting(attempt);

async function liveCollections(tx: Tx, invoiceIds: readonly Id[]): Promise<Map<Id, Collection>> {
  const rows = await tx.query(Collection).whereIn('invoice_id', invoiceIds).whereNull('ended_at').orderBy('id').forUpdate();
  return new Map(rows.map((row) => [row.invoice_id, row]));
}

/** How a collection stands after a try of this outcome; undefined: the try was given up before anything could move, and says nothing. */
export function stateAfter({ state, why }: Pick<MovedAttempt, 'state' | 'why'>): CollectionState | undefined {
  if (state === 'failed') return why === 'hard' ? 'hard-declined' : why === 'needs-customer' ? 'needs-customer' : 'declined';
  if (state === 'processing' || state === 'unknown' || state === 'needs-customer') return state;
  return undefined;
}

/** What is written of a collection after a try: when the gateway is asked, or when the try failed. */
export function patchAfter(tx: Tx, row: Pick<Collection, 'state' | 'asks' | 'failures'>, attempt: Pick<MovedAttempt, 'state' | 'why'>): Partial<Collection> {
  const now = tx.ctx.clock.now();
  const state = stateAfter(attempt);
  if (state === undefined) return { asks: row.asks + 1, try_again_at: minutesFrom(now, laterEachTime(TRY_AGAIN.first, row.asks, TRY_AGAIN.most)) };
  if (state === 'processing' || state === 'unknown') return { state, asks: 0, ask_again_at: minutesFrom(now, ASK[state].first), try_again_at: null };
  return { state, asks: 0, tried_at: now, failures: row.failures + 1, try_again_at: null, before_state: null };
}

/** When the gateway is asked again after one more question in vain. */
export const askLater = (tx: Tx, { state, asks }: Collection): Partial<Collection> => {
  const { first, most } = ASK[state === 'processing' ? 'processing' : 'unknown'];
  return { asks: asks + 1, ask_again_at: minutesFrom(tx.ctx.clock.now(), laterEachTime(first, asks + 1, most)) };
};

const minutesFrom = (now: Instant, minutes: number): Instant => hoursAfter(now, minutes / 60);

async function takeNote(tx: Tx, row: Collection, attempt: MovedAttempt): Promise<void> {
  if (attempt.id === row.trying_id) return;
  if (attempt.id !== row.attempt_id) {
    // somebody pays by themselves: only while their bank is looking does it concern us
    if (!isWaiting(attempt)) return;
    const before = row.state === 'processing' || row.state === 'unknown' ? row.before_state : row.state;
    await row.$query(tx.sql).patch({ ...patchAfter(tx, row, attempt), attempt_id: attempt.id, before_state: row.automatic ? before : null });
  } else {
    const after = patchAfter(tx, row, attempt);
    // the same card as before: what its own bank said of it still holds
    const { before_state } = row;
    await row
      .$query(tx.sql)
      .patch(isWaiting(attempt) || !before_state ? after : { ...after, state: before_state, tried_at: tx.ctx.clock.now(), try_again_at: null });
  }
  await tx.nudge(collection, row.id);
}

async function beginCollections(tx: Tx, begun: readonly NewCollection[]): Promise<void> {
  if (begun.length === 0) return;
  const { tenant, clock } = tx.ctx;
  const now = clock.now();
  const { retryDays, lastRule } = tx.ctx.settings<BillingSettings>();
  const days = daysOf(retryDays);
  const rows = begun.map(({ invoiceId, attempt }) => ({
    id: tx.ctx.newId(),
    invoice: invoiceId,
    accountId: attempt.accountId,
    billGroupId: attempt.billGroupId,
    attempt: attempt.id,
    automatic: isAutomatic(attempt),
    state: stateAfter(attempt) ?? 'declined',
    ...shapeOf(patchAfter(tx, { state: 'unknown', asks: 0, failures: 0 }, attempt)),
  }));
  const started = await tx.rows<{
    id: Id;
  }>(sql`insert into billing.collections (id, invoice_id, account_id, bill_group_id, state, failed_at, attempt_id, retry_days, last_rule,
      give_up_at, ask_again_at, asks, automatic, tried_at, tries, failures, try_again_at)
    select c.id, c.invoice, c."accountId", c."billGroupId", c.state, ${now}::timestamptz, c.attempt, ${days}::int[],
      case when i.subscription_id is null then 'keep' else ${lastRule} end, ${addDuration(now, `P${days.at(-1) ?? 0}D`, tenant.zone)}::timestamptz,
      c."askAgainAt", 0, c.automatic, c."triedAt", 1, c.failures, c."tryAgainAt"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(id uuid, invoice uuid, "accountId" uuid, "billGroupId" uuid, attempt uuid, automatic boolean, state text,
      "askAgainAt" timestamptz, "triedAt" timestamptz, failures int, "tryAgainAt" timestamptz)
    join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = c.invoice and i.state = 'issued'
    on conflict (tenant_id, invoice_id) where ended_at is null do nothing returning id`);
  for (const { id } of started) await tx.start(collection, id);
}

const shapeOf = (patch: Partial<Collection>) => ({
  askAgainAt: patch.ask_again_at ?? null,
  triedAt: patch.tried_at ?? null,
  failures: patch.failures ?? 0,
  tryAgainAt: patch.try_again_at ?? null,
});

/** "2, 7, 14, 21" as days, each once and in their order. */
const daysOf = (text: string): number[] => [...new Set(text.split(',').map((day) => Number(day.trim())))].toSorted((a, b) => a - b);
