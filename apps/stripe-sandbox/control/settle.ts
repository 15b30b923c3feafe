import { answerPaymentQuestion, settleProcessing } from '../api/payment-intents.ts';
import { settleRefund } from '../api/refunds.ts';
import { answerSetupQuestion } from '../api/setup-intents.ts';
import { cardNamed } from '../cards/test-cards.ts';
import type { Account } from '../store/account.ts';
import { Change } from '../store/change.ts';
import type { Store } from '../store/store.ts';

/**
 * Says how something that is open ends: an intent that is processing or asks for the owner, a refund that is pending, a
 * refund whose card fails it afterwards.
 * @throws Error that says why nothing can be said about it
 */
export function settle(store: Store, account: Account, id: string, well: boolean): void {
  const change = new Change(account, { request: null, key: null });
  const intent = change.get('payment_intent', id);
  const setup = change.get('setup_intent', id);
  const refund = change.get('refund', id);
  if (intent?.status === 'processing') settleProcessing(change, intent, well);
  else if (intent?.status === 'requires_action') answerPaymentQuestion(change, intent, well);
  else if (setup?.status === 'requires_action') answerSetupQuestion(change, setup, well);
  else if (refund?.status === 'pending') settleRefund(change, refund, well);
  else if (refund?.status === 'succeeded' && !well && failsLater(account, refund.charge)) settleRefund(change, refund, false);
  else throw new Error(`${id} of ${account.name} does not wait for anything.`);
  store.commit(change);
}

function failsLater(account: Account, charge: string): boolean {
  return cardNamed(account.charge.get(charge)!.card)!.refunds === 'fails';
}
