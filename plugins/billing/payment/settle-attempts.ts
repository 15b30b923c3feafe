import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { ChargeOutcome } from '../api.ts';
import { receivePayments, type ReceivedPayment } from './receive-payments.ts';
import type { AttemptState, PaymentAttempt } from './payment.model.ts';

/** An attempt that moved, and how. */
export interface MovedAttempt {
  readonly id: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly because: PaymentAttempt['because'];
  readonly state: AttemptState;
  readonly why: PaymentAttempt['decline_why'];
  readonly invoiceIds: readonly Id[];
  /** Its owner wanted the card kept, or charged from now on. */
  readonly keepsCard: boolean;
}

interface LockedAttempt {
  readonly id: Id;
  readonly account_id: Id;
  readonly bill_group_id: Id;
  readonly amount_minor: number;
  readonly currency: string;
  readonly because: PaymentAttempt['because'];
  readonly state: AttemptState;
  readonly created_by: Id | null;
  readonly described: string;
  readonly keep_method: boolean;
  readonly agrees: boolean;
  readonly parts: readonly { readonly invoiceId: Id; readonly amount: number }[];
}

const STATE_OF: Readonly<Record<ChargeOutcome['kind'], AttemptState>> = {
  paid: 'succeeded',
  declined: 'failed',
  'needs-customer': 'needs-customer',
  processing: 'processing',
  unknown: 'unknown',
  'called-off': 'called-off',
};

/** A state never goes back: whoever brings older news, the answer or the webhook, changes nothing (requirements 3.13). */
const RANK: Readonly<Record<AttemptState, number>> = { created: 0, unknown: 1, 'needs-customer': 2, processing: 3, succeeded: 4, failed: 4, 'called-off': 4 };

/**
 * Writes outcomes of the gateway down, any number in a handful of statements: attempts forward only, and for what was paid
 * the payments, ledger and invoices with them. Answers the attempts that moved. Repeating it, or hearing the same from the
 * answer and from a webhook, moves nothing.
 */
export async function settleAttempts(tx: Tx, outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<MovedAttempt[]> {
  const attempts = await lockAttempts(tx, [...outcomes.keys()]);
  const moving = attempts.filter(({ id, state }) => RANK[STATE_OF[outcomes.get(id)!.kind]] > RANK[state]);
  if (moving.length === 0) return [];
  await writeStates(tx, moving, outcomes);
  await receivePayments(
    tx,
    moving.filter(({ id }) => outcomes.get(id)!.kind === 'paid').map((attempt) => paymentOf(tx, attempt)),
  );
  return moving.map((attempt) => movedOf(attempt, outcomes.get(attempt.id)!));
}

// Attempts first, then their invoices, each in the order of their ids: two settlements never wait for each other in a ring.
async function lockAttempts(tx: Tx, ids: readonly Id[]): Promise<LockedAttempt[]> {
  const { tenant } = tx.ctx;
  const attempts = await tx.rows<
    Omit<LockedAttempt, 'parts'>
  >(sql`select a.id, a.account_id, a.bill_group_id, a.amount_minor, a.currency, a.because, a.state, a.created_by, a.described, a.keep_method,
      a.auto_pay_mandate is not null as agrees
    from billing.payment_attempts a where a.tenant_id = ${tenant.id} and a.id = any(${ids}::uuid[]) order by a.id for update of a`);
  const parts = await tx.rows<{ attempt_id: Id; invoiceId: Id; amount: number }>(sql`select p.attempt_id, p.invoice_id as "invoiceId", p.amount_minor as amount
    from billing.attempt_invoices p join billing.invoices i on i.tenant_id = ${tenant.id} and i.id = p.invoice_id
    where p.tenant_id = ${tenant.id} and p.attempt_id = any(${ids}::uuid[]) order by i.id for update of i`);
  const byAttempt = new Map<Id, { invoiceId: Id; amount: number }[]>(attempts.map(({ id }) => [id, []]));
  for (const { attempt_id, ...part } of parts) byAttempt.get(attempt_id)!.push(part);
  return attempts.map((attempt) => ({ ...attempt, parts: byAttempt.get(attempt.id)! }));
}

async function writeStates(tx: Tx, moving: readonly LockedAttempt[], outcomes: ReadonlyMap<Id, ChargeOutcome>): Promise<void> {
  const { tenant, clock } = tx.ctx;
  const rows = moving.map(({ id }) => {
    const outcome = outcomes.get(id)!;
    return {
      id,
      state: STATE_OF[outcome.kind],
      ref: 'gatewayRef' in outcome ? (outcome.gatewayRef ?? null) : null,
      code: outcome.kind === 'declined' ? outcome.code : null,
      why: outcome.kind === 'declined' ? outcome.why : null,
    };
  });
  const over = rows.filter(({ state }) => RANK[state] === 4).map(({ id }) => id);
  await tx.run(sql`update billing.payment_attempts a set state = o.state, gateway_ref = coalesce(o.ref, a.gateway_ref), decline_code = o.code, decline_why = o.why,
      settled_at = case when o.id = any(${over}::uuid[]) then ${clock.now()}::timestamptz end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o(id uuid, state text, ref text, code text, why text)
    where a.tenant_id = ${tenant.id} and a.id = o.id`);
  if (over.length > 0)
    await tx.run(sql`update billing.attempt_invoices set is_live = false where tenant_id = ${tenant.id} and attempt_id = any(${over}::uuid[])`);
}

function paymentOf(tx: Tx, attempt: LockedAttempt): ReceivedPayment {
  return {
    id: tx.ctx.newId(),
    accountId: attempt.account_id,
    billGroupId: attempt.bill_group_id,
    road: 'card',
    amount: attempt.amount_minor,
    currency: attempt.currency,
    attemptId: attempt.id,
    described: attempt.described,
    parts: attempt.parts,
    ...(attempt.created_by ? { recordedBy: attempt.created_by } : {}),
  };
}

const movedOf = (attempt: LockedAttempt, outcome: ChargeOutcome): MovedAttempt => ({
  id: attempt.id,
  accountId: attempt.account_id,
  billGroupId: attempt.bill_group_id,
  because: attempt.because,
  state: STATE_OF[outcome.kind],
  why: outcome.kind === 'declined' ? outcome.why : null,
  invoiceIds: attempt.parts.map(({ invoiceId }) => invoiceId),
  keepsCard: attempt.keep_method || attempt.agrees,
});
