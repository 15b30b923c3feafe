import type { Id } from '@portico/kit';
import type { Tx } from '@portico/kit/server';
import { Invitation } from './invitation.model.ts';
import { renew } from './send-again.ts';

/**
 * An invited person has another e-mail address: what went to the older one opens nothing any more, and the new one gets a
 * link of its own (A11). Without an open invitation nothing happens.
 */
export async function followNewAddress(tx: Tx, userId: Id): Promise<void> {
  for (const row of await tx.query(Invitation).where({ user_id: userId, state: 'open' }).forUpdate()) await renew(tx, row);
}
