import type { Change } from '../store/change.ts';
import { freshId } from '../store/fresh-id.ts';
import type { ChargeRecord, RefundRecord } from '../store/records.ts';
import { checkStep, told } from './amounts.ts';
import { type Answer, type Call, ofPath, show } from './call.ts';
import { cardNamed } from '../cards/test-cards.ts';
import { changedMetadata, id, integer, metadata, oneOf, readParameters } from './parameters.ts';
import { invalid, missing, refused } from './stripe-error.ts';

const shape = {
  charge: id,
  payment_intent: id,
  amount: integer,
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  metadata,
};

/** Gives money back; all refunds of a charge together never exceed it. */
export function createRefund({ change, parameters }: Call): Answer {
  const given = readParameters(shape, parameters);
  const charge = chargeOf(change, given);
  const amount = allowedAmount(charge, given.amount);
  const { refunds } = cardNamed(charge.card)!;
  const made: RefundRecord = change.put('refund', {
    id: freshId('re_'),
    rev: 0,
    created: change.at,
    charge: charge.id,
    intent: charge.intent,
    amount,
    currency: charge.currency,
    reason: given.reason ?? null,
    metadata: changedMetadata({}, given.metadata),
    status: refunds === 'pending' ? 'pending' : 'succeeded',
  });
  const left = change.put('charge', { ...charge, rev: charge.rev + 1, refunded: charge.refunded + amount });
  change.tell('refund.created', 'refund', made);
  change.tell('charge.refunded', 'charge', left, { amount_refunded: charge.refunded });
  return show('refund', made);
}

function chargeOf(change: Change, { charge, payment_intent: intent }: { charge?: string; payment_intent?: string }): ChargeRecord {
  if (charge !== undefined && intent !== undefined) throw invalid('You may only specify one of these parameters: charge, payment_intent.', 'charge');
  if (charge !== undefined) {
    const found = change.get('charge', charge);
    if (!found) throw missing('charge', charge, 'charge');
    return found;
  }
  if (intent === undefined)
    throw invalid('One of the following params should be provided for this request: payment_intent or charge.', 'charge', 'parameter_missing');
  const found = change.get('payment_intent', intent);
  if (!found) throw missing('payment_intent', intent, 'payment_intent');
  const latest = found.charge && change.get('charge', found.charge);
  if (!latest)
    throw refused(`This PaymentIntent (${intent}) does not have a successful charge to refund.`, {
      param: 'payment_intent',
      code: 'payment_intent_unexpected_state',
    });
  return latest;
}

function allowedAmount(charge: ChargeRecord, given: number | undefined): number {
  if (charge.status !== 'succeeded')
    throw refused(
      charge.status === 'failed'
        ? `Charge ${charge.id} failed: there is nothing to refund.`
        : `Charge ${charge.id} is pending: it can be refunded when it has succeeded.`,
      { param: 'charge', code: 'charge_not_refundable' },
    );
  const left = charge.amount - charge.refunded;
  if (left === 0) throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded', param: 'charge' });
  const amount = given ?? left;
  if (amount < 1) throw invalid('Invalid positive integer', 'amount', 'parameter_invalid_integer');
  if (amount !== left) checkStep(amount, charge.currency);
  if (amount > left)
    throw refused(`Refund amount (${told(amount, charge.currency)}) is greater than unrefunded amount on charge (${told(left, charge.currency)})`, {
      param: 'amount',
    });
  return amount;
}

export function retrieveRefund(call: Call): Answer {
  readParameters({}, call.parameters);
  return show('refund', ofPath('refund', call));
}

/** The bank has made up its mind about a refund: it went through, or the money came back. */
export function settleRefund(change: Change, refund: RefundRecord, arrives: boolean): void {
  const after = change.put('refund', { ...refund, rev: refund.rev + 1, status: arrives ? 'succeeded' : 'failed' });
  change.tell('refund.updated', 'refund', after, { status: refund.status });
  change.tell('charge.refund.updated', 'refund', after, { status: refund.status });
  if (arrives) return;
  const charge = change.get('charge', refund.charge)!;
  change.put('charge', { ...charge, rev: charge.rev + 1, refunded: charge.refunded - refund.amount });
  change.tell('refund.failed', 'refund', after);
}
