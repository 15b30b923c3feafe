import type { Id } from '@portico/kit';
import { derivedId, type Ctx } from '@portico/kit/server';
import { paymentGateway, type ChargeOutcome } from '../api.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import { chargeOrderOf } from '../payment/charge-order.ts';

/** So many of a business's past payments came in by card: enough to look at, and charged in a second. */
const MOST_CARDS = 24;

/** A past payment as the gateway is asked for it. */
export interface PastPayment {
  readonly invoiceId: Id;
  readonly billGroupId: Id;
  readonly payer: string;
  readonly amount: number;
}

/** How a past payment came in by card. */
export interface CardPayment {
  readonly attemptId: Id;
  readonly gatewayMethod: string;
  readonly gatewayRef: string;
  readonly described: string;
}

/**
 * Charges every third of these payments to the demonstration's card, at the gateway that is connected, so that it holds what
 * the books say from the first start on. Answers those that were paid, by invoice: none where a charge would cost somebody
 * money. A story that is told again charges the same tries again, which the gateway knows.
 */
export async function chargeDemoCards(ctx: Ctx, payments: readonly PastPayment[]): Promise<ReadonlyMap<Id, CardPayment>> {
  const gateway = (await cardFormOf(ctx)) ? ctx.provider(paymentGateway) : undefined;
  const card = await gateway?.demoCard?.();
  if (!gateway || !card) return new Map();
  const chosen = payments.filter((_, at) => at % 3 === 0).slice(-MOST_CARDS);
  const tries = chosen.map((payment, at) => ({ ...payment, attemptId: attemptIdOf(ctx, at) }));
  const outcomes = new Map<Id, ChargeOutcome>();
  const orders = tries.map(({ attemptId: id, billGroupId, amount, payer }) =>
    chargeOrderOf({ id, billGroupId, amount, currency: ctx.tenant.currency, gatewayMethod: card.gatewayMethod, offSession: false, keepMethod: false, payer }),
  );
  await gateway.charge(orders, async (news) => news.forEach((outcome, attemptId) => outcomes.set(attemptId, outcome)));
  const described = `${card.brand} ${card.lastFour}`;
  return new Map(
    tries.flatMap(({ invoiceId, attemptId }) => {
      const outcome = outcomes.get(attemptId);
      return outcome?.kind === 'paid'
        ? [[invoiceId, { attemptId, gatewayMethod: card.gatewayMethod, gatewayRef: outcome.gatewayRef, described }] as const]
        : [];
    }),
  );
}

// The nth try of a business's story is the same each time that the story is told.
const attemptIdOf = (ctx: Ctx, at: number): Id => derivedId(`${ctx.tenant.id} demo ${at}`);
