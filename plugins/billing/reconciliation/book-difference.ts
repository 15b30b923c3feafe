import type { Id } from '@portico/kit';
import type { GatewayEntry } from '../api.ts';
import type { AttemptState } from '../payment/payment.model.ts';
import type { Amount } from '../plan/plan.queries.ts';

/** In what books and gateway differ; each has a sentence (`billing.difference.<kind>`). */
export const DIFFERENCES = [
  'unknown-charge',
  'charged-not-booked',
  'charged-but-declined',
  'charged-but-called-off',
  'charged-twice',
  'not-charged',
  'other-amount',
  'other-currency',
  'other-in-ledger',
  'attempt-not-paid',
  'refund-unknown',
  'refund-missing',
  'no-payment-behind',
] as const;
export type DifferenceKind = (typeof DIFFERENCES)[number];

/** One thing that stands otherwise in the books than at the gateway. */
export interface BookDifference {
  readonly kind: DifferenceKind;
  /** The gateway's name of the charge; null for what only the books have. */
  readonly gatewayRef: string | null;
  /** The customer, where one is known. */
  readonly accountId: Id | null;
  readonly paymentId: Id | null;
  readonly paymentNumber: number | null;
  /** What the books say of it, and what the gateway says; null where one says nothing. */
  readonly books: Amount | null;
  readonly gateway: Amount | null;
}

/** What our side knows of the try that a charge is for. */
export interface BookedTry {
  readonly attemptId: Id;
  readonly accountId: Id;
  readonly state: AttemptState;
  /** The charge that it came to, as it was told then. */
  readonly gatewayRef: string | null;
  readonly payment: BookedPayment | null;
}

/** A card payment with what the ledger says of it; minor units of its currency. */
export interface BookedPayment {
  readonly id: Id;
  readonly number: number;
  readonly accountId: Id;
  readonly currency: string;
  readonly amount: number;
  /** In the ledger: what came in, and what went back. */
  readonly booked: number;
  readonly back: number;
  /** Refunds that are asked for and not settled: the gateway may know them already, or not yet. */
  readonly pendingBack: number;
}

const NOT_BOOKED: Readonly<Record<AttemptState, DifferenceKind>> = {
  created: 'charged-not-booked',
  unknown: 'charged-not-booked',
  'needs-customer': 'charged-not-booked',
  processing: 'charged-not-booked',
  succeeded: 'charged-not-booked',
  failed: 'charged-but-declined',
  'called-off': 'charged-but-called-off',
};

/**
 * In what a charge of the gateway differs from our side of it; nothing when both agree to the cent.
 * @param isAgain another charge for the same payment was seen before
 */
export function differencesOf(entry: GatewayEntry, ours: BookedTry | undefined, isAgain: boolean): BookDifference[] {
  const { gatewayRef, captured, refunded } = entry;
  const about = { gatewayRef, accountId: ours?.accountId ?? null, paymentId: ours?.payment?.id ?? null, paymentNumber: ours?.payment?.number ?? null };
  if (!ours) return [{ ...about, kind: 'unknown-charge', books: null, gateway: captured }];
  const { payment } = ours;
  if (isAgain || (ours.gatewayRef !== null && ours.gatewayRef !== gatewayRef)) return [{ ...about, kind: 'charged-twice', books: null, gateway: captured }];
  if (!payment) return [{ ...about, kind: NOT_BOOKED[ours.state], books: null, gateway: captured }];
  const money = (amount: number): Amount => ({ amount, currency: payment.currency });
  if (payment.currency !== captured.currency) return [{ ...about, kind: 'other-currency', books: money(payment.amount), gateway: captured }];
  const found: BookDifference[] = [];
  if (payment.amount !== captured.amount) found.push({ ...about, kind: 'other-amount', books: money(payment.amount), gateway: captured });
  else if (payment.booked !== captured.amount) found.push({ ...about, kind: 'other-in-ledger', books: money(payment.booked), gateway: captured });
  if (ours.state !== 'succeeded') found.push({ ...about, kind: 'attempt-not-paid', books: money(payment.amount), gateway: captured });
  if (refunded.amount > payment.back + payment.pendingBack) found.push({ ...about, kind: 'refund-unknown', books: money(payment.back), gateway: refunded });
  if (refunded.amount < payment.back) found.push({ ...about, kind: 'refund-missing', books: money(payment.back), gateway: refunded });
  return found;
}
