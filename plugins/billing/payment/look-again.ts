import type { Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { paymentGateway, type ChargeOrder } from '../api.ts';
import { chargeOrderOf } from './charge-order.ts';
import { settleOutcomes } from './settle-outcomes.ts';

interface AttemptRow {
  readonly id: Id;
  readonly bill_group_id: Id;
  readonly amount_minor: number;
  readonly currency: string;
  readonly gateway_method: string;
  readonly off_session: boolean;
  readonly keep_method: boolean;
  readonly payer: string;
}

/** The orders of attempts that are not over, as the gateway was given them. */
export async function liveOrders(tx: Tx, attemptIds: readonly Id[]): Promise<ChargeOrder[]> {
  const rows =
    await tx.rows<AttemptRow>(sql`select t.id, t.bill_group_id, t.amount_minor, t.currency, t.gateway_method, t.off_session, t.keep_method, a.name as payer
    from billing.payment_attempts t join accounts.account_v1 a on a.tenant_id = ${tx.ctx.tenant.id} and a.id = t.account_id
    where t.tenant_id = ${tx.ctx.tenant.id} and t.id = any(${attemptIds}::uuid[]) and t.is_live order by t.id`);
  return rows.map((row) =>
    chargeOrderOf({
      id: row.id,
      billGroupId: row.bill_group_id,
      amount: row.amount_minor,
      currency: row.currency,
      gatewayMethod: row.gateway_method,
      offSession: row.off_session,
      keepMethod: row.keep_method,
      payer: row.payer,
    }),
  );
}

/**
 * The gateway heard something about an attempt: asks it how the attempt stands, and writes that down. Nothing that was told is
 * believed without asking; an attempt that is over, or that is none of ours, is left alone. Repeating it changes nothing.
 */
export async function lookAgain(ctx: Ctx, attemptId: Id): Promise<void> {
  const [order] = await ctx.inTenant((tx) => liveOrders(tx, [attemptId]));
  if (!order) return;
  const outcome = await ctx.provider(paymentGateway).look(order);
  if (outcome.kind !== 'unknown') await settleOutcomes(ctx, new Map([[attemptId, outcome]]));
}
