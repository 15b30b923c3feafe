import { hoursAfter } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { invitationOfAnyLink, mailLinkOf, personOf } from './invitation-link.ts';
import type { Invitation } from './invitation.model.ts';
import { renew } from './send-again.ts';

/** One mail in so much time, however often it is asked for. */
const PAUSE_HOURS = 0.25;

/**
 * Somebody whose link is dead asks for another. The mail goes to the invited person, never to who asks, and the answer is the
 * same whatever the token is. One that has expired is sent again; while a newer link works it is mailed once more, so that
 * nobody with an old mail can end it; who has accepted is shown the way to the sign-in. A token that never was a link, and a
 * second wish within a quarter of an hour, change nothing.
 */
export async function askForNewLink(ctx: Ctx, token: string): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const row = await invitationOfAnyLink(tx, token);
    const now = ctx.clock.now();
    if (!row || (row.asked_at !== null && hoursAfter(row.asked_at, PAUSE_HOURS) > now)) return;
    const person = await personOf(tx, row);
    if (!person?.email) return;
    await row.$query(tx.sql).patch({ asked_at: now });
    await mailWay(tx, row, person.account);
  });
}

async function mailWay(tx: Tx, row: Invitation, account: string): Promise<void> {
  if (row.state === 'accepted') return tx.mail('invitation-used', row.user_id, { account });
  if (row.state === 'expired' || row.expires_at <= tx.ctx.clock.now()) return renew(tx, row);
  if (row.sent_at === null) return; // it is about to be sent anyway
  return tx.mail('invitation', row.user_id, { account, inviteUrl: mailLinkOf(row), expiresAt: row.expires_at });
}
