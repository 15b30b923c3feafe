import { toWire, type Id } from '@portico/kit';
import type { ChargeOrder } from '../api.ts';

/** The order that the gateway is given for an attempt; the same for ever. */
export const chargeOrderOf = (attempt: {
  readonly id: Id;
  readonly billGroupId: Id;
  readonly amount: number;
  readonly currency: string;
  readonly gatewayMethod: string;
  readonly offSession: boolean;
  readonly keepMethod: boolean;
  readonly payer: string;
}): ChargeOrder => ({
  attemptId: attempt.id,
  amount: toWire({ amount: BigInt(attempt.amount), currency: attempt.currency }),
  gatewayMethod: attempt.gatewayMethod,
  payer: { billGroupId: attempt.billGroupId, name: attempt.payer },
  offSession: attempt.offSession,
  ...(attempt.keepMethod ? { keepMethod: true } : {}),
});
