import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { moneyText } from '../invoice/money-text.ts';
import { declineWords } from './decline-words.ts';
import type { MovedAttempt } from './settle-attempts.ts';

interface FailureRow {
  readonly userId: Id;
  readonly amount_minor: number;
  readonly currency: string;
  readonly code: string | null;
}

/** Tells the people of a customer, in plain words, that a charge without them did not go through; whoever pays in person reads it on the page. */
export async function tellFailures(tx: Tx, moved: readonly MovedAttempt[]): Promise<void> {
  const ids = moved.filter(({ state, because }) => state === 'failed' && because !== 'person').map(({ id }) => id);
  if (ids.length === 0) return;
  const { ctx } = tx;
  const rows = await tx.rows<FailureRow>(sql`select m.user_id as "userId", a.amount_minor, a.currency, a.decline_code as code from billing.payment_attempts a
    join accounts.member_v1 m on m.tenant_id = ${ctx.tenant.id} and m.account_id = a.account_id and m.is_admin and m.enabled
    where a.tenant_id = ${ctx.tenant.id} and a.id = any(${ids}::uuid[])`);
  for (const { userId, amount_minor, currency, code } of rows)
    await tx.mail('payment-failed', userId, { amount: moneyText(ctx, amount_minor, currency), because: declineWords(ctx, code ?? 'other') });
}
