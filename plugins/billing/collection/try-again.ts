import { hoursBetween, PorticoError, type Id } from '@portico/kit';
import { sql, type Ctx, type StepOutcome, type Tx } from '@portico/kit/server';
import type { CollectionFacts } from '@portico/workflows/collection';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { Invoice } from '../invoice/invoice.model.ts';
import { writeAttempt } from '../payment/begin-attempt.ts';
import { liveOrders } from '../payment/look-again.ts';
import { PaymentAttempt } from '../payment/payment.model.ts';
import { settleIn, settleOutcomes } from '../payment/settle-outcomes.ts';
import { cardToCharge } from './collection-facts.ts';
import { Collection } from './collection.model.ts';
import { patchAfter } from './follow-attempts.ts';

/** What came of the wish to charge again: a try and how it stands at the gateway, or why there is none. */
export type TriedAgain =
  | { readonly kind: 'tried'; readonly attemptId: Id; readonly outcome?: ChargeOutcome }
  /** Somebody else was faster, or it is over. */
  | { readonly kind: 'overtaken' }
  /** Charges are stopped, a payment is on its way, or there is no card that we may charge. */
  | { readonly kind: 'not-now' };

/** A payment that its owner has not confirmed for so long stands in nobody's way any more. */
const LEFT_ALONE_HOURS = 1;

/**
 * Charges an invoice once more, off session, with the card that auto-pay stands on now. The try is written down before the
 * gateway hears of it, and the collection remembers it: whoever takes the step again, after a crash or beside another worker,
 * goes on with that very try, and the gateway looks before it acts. Nothing of the outcome is written here.
 */
export async function tryAgain(ctx: Ctx, id: Id, facts: CollectionFacts): Promise<TriedAgain> {
  let begun = await ctx.inTenant((tx) => beginTry(tx, id, facts));
  if (begun.kind === 'left-alone') {
    await callOff(ctx, begun.attemptId);
    begun = await ctx.inTenant((tx) => beginTry(tx, id, facts));
  }
  if (begun.kind !== 'begun') return begun.kind === 'left-alone' ? { kind: 'not-now' } : begun;
  const outcome = await charge(ctx, begun.attemptId, begun.isNew);
  return { kind: 'tried', attemptId: begun.attemptId, ...(outcome ? { outcome } : {}) };
}

type Begun =
  | { readonly kind: 'begun'; readonly attemptId: Id; readonly isNew: boolean }
  | { readonly kind: 'left-alone'; readonly attemptId: Id }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'not-now' };

// The invoice first, then its collection: as everybody locks them.
async function beginTry(tx: Tx, id: Id, { tries }: CollectionFacts): Promise<Begun> {
  const { invoice_id } = await tx.query(Collection).findById(id).throwIfNotFound();
  const invoice = await tx.query(Invoice).findById(invoice_id).forUpdate().throwIfNotFound();
  const row = await tx.query(Collection).findById(id).forUpdate().throwIfNotFound();
  if (row.ended_at || row.tries !== tries || invoice.state !== 'issued') return { kind: 'overtaken' };
  if (row.trying_id) return { kind: 'begun', attemptId: row.trying_id, isNew: false };
  const live = await liveAttempt(tx, invoice_id);
  if (live) {
    const isLeft = live.state === 'needs-customer' && hoursBetween(live.created_at, tx.ctx.clock.now()) >= LEFT_ALONE_HOURS;
    return isLeft ? { kind: 'left-alone', attemptId: live.id } : { kind: 'not-now' };
  }
  const card = await cardToCharge(tx, row.bill_group_id);
  if (!card || (await tx.braked('charges'))) return { kind: 'not-now' };
  const attemptId = tx.ctx.newId();
  await writeAttempt(tx, {
    id: attemptId,
    accountId: invoice.account_id,
    billGroupId: invoice.bill_group_id,
    currency: invoice.currency,
    methodId: card.id,
    gatewayMethod: card.gateway_method,
    described: card.described,
    offSession: true,
    because: 'retry',
    parts: [{ invoiceId: invoice_id, amount: invoice.open_minor }],
  });
  await row.$query(tx.sql).patch({ trying_id: attemptId });
  return { kind: 'begun', attemptId, isNew: true };
}

const liveAttempt = (tx: Tx, invoiceId: Id): Promise<Pick<PaymentAttempt, 'id' | 'state' | 'created_at'> | undefined> =>
  tx.row(sql`select t.id, t.state, t.created_at from billing.attempt_invoices l
    join billing.payment_attempts t on t.tenant_id = ${tx.ctx.tenant.id} and t.id = l.attempt_id
    where l.tenant_id = ${tx.ctx.tenant.id} and l.invoice_id = ${invoiceId} and l.is_live`);

/** Asks the gateway for the end of a try, charging what it has not charged; undefined for one that is over. */
export async function charge(ctx: Ctx, attemptId: Id, isNew: boolean): Promise<ChargeOutcome | undefined> {
  const [order] = await ctx.inTenant((tx) => liveOrders(tx, [attemptId]));
  if (!order) return undefined;
  let outcome: ChargeOutcome = { kind: 'unknown', because: 'the gateway did not answer' };
  try {
    await ctx.provider(paymentGateway).charge([order], async (news) => {
      outcome = news.get(attemptId) ?? outcome;
    });
  } catch (error) {
    // nothing that takes cards is connected here: what was not begun has not happened
    if (!(error instanceof PorticoError) || error.status !== 503) throw error;
    if (isNew) return { kind: 'called-off' };
  }
  return outcome;
}

async function callOff(ctx: Ctx, attemptId: Id): Promise<void> {
  const [order] = await ctx.inTenant((tx) => liveOrders(tx, [attemptId]));
  if (order) await settleOutcomes(ctx, new Map([[attemptId, await ctx.provider(paymentGateway).callOff(order)]]));
}

/** Writes down what came of it, in the step's own transaction: money, books and receipts, and how the collection stands from here. */
export async function writeTried(tx: Tx, id: Id, tried: TriedAgain): Promise<StepOutcome | undefined> {
  if (tried.kind === 'overtaken') return 'skipped';
  if (tried.kind === 'tried' && tried.outcome) await settleIn(tx, new Map([[tried.attemptId, tried.outcome]]));
  const row = await tx.query(Collection).findById(id).forUpdate().throwIfNotFound();
  if (row.ended_at) return undefined;
  if (tried.kind === 'not-now') {
    await row.$query(tx.sql).patch(patchAfter(tx, row, { state: 'called-off', why: null }));
    return 'skipped';
  }
  const attempt = await tx.query(PaymentAttempt).findById(tried.attemptId).throwIfNotFound();
  const after = patchAfter(tx, row, { state: attempt.state, why: attempt.decline_why });
  const stays = row.new_method_at !== null && (attempt.state === 'called-off' || attempt.created_at < row.new_method_at);
  await row.$query(tx.sql).patch({
    ...after,
    attempt_id: attempt.id,
    trying_id: null,
    tries: row.tries + 1,
    before_state: null,
    new_method_at: stays ? row.new_method_at : null,
  });
  return attempt.state === 'called-off' ? 'skipped' : attempt.state === 'failed' ? 'failed' : undefined;
}
