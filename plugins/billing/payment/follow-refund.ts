import { addDuration, PorticoError, type Id, type Instant } from '@portico/kit';
import { sql, workClock, type Ctx, type Tx } from '@portico/kit/server';
import { refundFollowUp } from '@portico/workflows/refund-follow-up';
import { paymentGateway } from '../api.ts';
import { settleRefund } from './refund-payment.ts';

/** The gateway tells when the bank has answered; nobody relies on it: on the first day it is asked every hour, later every day. */
const AGAIN = { atFirst: 'PT1H', later: 'P1D' } as const;

interface FollowedRefund {
  readonly state: 'pending' | 'succeeded';
  readonly attempt_id: Id | null;
  readonly amount_minor: number;
  readonly currency: string;
}

/**
 * Asks the gateway how a refund stands, and writes down what it says; one that the gateway never heard of, because our
 * process ended before, is sent now. Nothing that was told is believed without asking. One that had succeeded may have come
 * back from the bank. One that failed, or is none of ours, is left alone; repeating it changes nothing.
 */
export async function followRefund(ctx: Ctx, refundId: Id): Promise<void> {
  const refund = await ctx.inTenant((tx) =>
    tx.row<FollowedRefund>(sql`select r.state, p.attempt_id, r.amount_minor, r.currency from billing.refunds r
      join billing.payments p on p.tenant_id = ${ctx.tenant.id} and p.id = r.payment_id
      where r.tenant_id = ${ctx.tenant.id} and r.id = ${refundId} and r.state <> 'failed'`),
  );
  if (!refund || (refund.state === 'succeeded' && !refund.attempt_id)) return;
  const amount = { amount: refund.amount_minor, currency: refund.currency };
  const answer = refund.attempt_id
    ? await ctx.provider(paymentGateway).refund({ refundId, attemptId: refund.attempt_id, amount })
    : ({ kind: 'succeeded', gatewayRef: '' } as const);
  await ctx.inTenant((tx) => settleRefund(tx, refundId, answer.kind, answer.kind === 'failed' ? answer.because : answer.gatewayRef));
}

/** Refunds that wait for the bank, one after the other, each when it is to be asked for. */
export const refundFollowUpWork = workClock(refundFollowUp, { nextDue, openBatch, workBatch });

async function nextDue(tx: Tx): Promise<Instant | undefined> {
  const row = await tx.row<{ at: Instant }>(sql`select coalesce(look_at, asked_at) as at from billing.refunds
    where tenant_id = ${tx.ctx.tenant.id} and state = 'pending' order by coalesce(look_at, asked_at), id limit 1`);
  return row?.at;
}

// When it is asked for next is written first: one of which nothing is heard does not keep the others waiting.
async function openBatch(tx: Tx): Promise<Id | undefined> {
  const { tenant, clock } = tx.ctx;
  const now = clock.now();
  const due = await tx.row<{ id: Id; asked_at: Instant }>(sql`select id, asked_at from billing.refunds
    where tenant_id = ${tenant.id} and state = 'pending' and coalesce(look_at, asked_at) <= ${now}::timestamptz
    order by coalesce(look_at, asked_at), id limit 1 for update skip locked`);
  if (!due) return undefined;
  const isFresh = addDuration(due.asked_at, 'P1D', tenant.zone) > now;
  const next = addDuration(now, isFresh ? AGAIN.atFirst : AGAIN.later, tenant.zone);
  await tx.run(sql`update billing.refunds set look_at = ${next}::timestamptz where tenant_id = ${tenant.id} and id = ${due.id}`);
  return due.id;
}

async function workBatch(ctx: Ctx, refundId: Id): Promise<void> {
  try {
    await followRefund(ctx, refundId);
  } catch (error) {
    // nothing that sends money back is connected at the moment: it is asked again when its time comes
    if (!(error instanceof PorticoError) || error.status !== 503) throw error;
    ctx.log.warn('a refund waits for a gateway', { refundId });
  }
}
