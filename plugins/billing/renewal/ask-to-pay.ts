import type { Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { moneyText } from '../invoice/money-text.ts';
import { payers } from '../invoice/pay-link.ts';

/** Without auto-pay the customer is asked: invoice and mail instead of a charge. */
export async function askToPay(
  tx: Tx,
  owed: { readonly accountId: Id; readonly currency: string; readonly total: number; readonly dueOn: string; readonly description: string },
): Promise<void> {
  const data = { amount: moneyText(tx.ctx, owed.total, owed.currency), dueOn: owed.dueOn, description: owed.description };
  for (const { userId } of await payers(tx, owed.accountId)) await tx.mail('invoice-ready', userId, data);
}
