import { isId, NotFound, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { invitation } from '@portico/workflows/invitation';
import { lockAccount } from '../member/account-tree.ts';
import { AlreadyInvited, InvitationAccepted } from './invitation-errors.ts';
import { personOf } from './invitation-link.ts';
import { Invitation } from './invitation.model.ts';
import { personToInvite, termsFromNow } from './invite-admins.ts';

/**
 * Staff send an invitation again, one that has expired too: the older link is dead from now on, and the new one has its full
 * time. When its person cannot sign in any more, another account admin gets it. Throws InvitationAccepted,
 * AlreadyInvited for an expired one whose customer has another, NobodyToInvite, NotFound.
 */
export async function sendAgain(ctx: Ctx, invitationId: string): Promise<void> {
  ctx.demand('send', 'Invitation');
  if (!isId(invitationId)) throw new NotFound();
  await ctx.inTenant(async (tx) => {
    const seen = await tx.query(Invitation).findById(invitationId);
    if (!seen) throw new NotFound();
    await lockAccount(tx, seen.account_id);
    const row = await tx.query(Invitation).findById(invitationId).forUpdate().throwIfNotFound();
    if (row.state === 'accepted') throw new InvitationAccepted();
    await demandNoOther(tx, row);
    const userId = (await personOf(tx, row))?.email ? row.user_id : await personToInvite(tx, row.account_id);
    await renew(tx, row, userId);
    await tx.audit('accounts.invitation-sent-again', null, { accountId: row.account_id, invitationId, userId });
  });
}

async function demandNoOther(tx: Tx, { id, account_id }: Invitation): Promise<void> {
  const other = await tx.query(Invitation).where({ account_id }).whereIn('state', ['open', 'accepted']).whereNot({ id }).first();
  if (other) throw new AlreadyInvited();
}

/** Another link for the same invitation, from now on. The caller has locked the row. */
export async function renew(tx: Tx, row: Invitation, userId: Id = row.user_id): Promise<void> {
  const anew = { state: 'open' as const, generation: row.generation + 1, sent_at: null, reminded_at: null, user_id: userId };
  await row.$query(tx.sql).patch({ ...anew, ...termsFromNow(tx.ctx) });
  await tx.start(invitation, row.id);
}
