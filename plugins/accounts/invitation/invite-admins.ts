import { addDuration, type Id, type Instant } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { invitation } from '@portico/workflows/invitation';
import { lockAccount } from '../member/account-tree.ts';
import type { AccountsSettings } from '../plugin.ts';
import { AlreadyInvited, NobodyToInvite } from './invitation-errors.ts';
import { Invitation } from './invitation.model.ts';

/**
 * The account admin of a customer is invited to the portal, because of its first payment say. `cause` makes one
 * invitation, ever; a customer that has an open or an accepted one, or whose admin has signed in before, gets none.
 * Nor does one whose admins no mail reaches: staff see that and invite by hand. Throws NotFound.
 */
export async function inviteAdmins(ctx: Ctx, { accountId, cause }: { readonly accountId: Id; readonly cause: Id }): Promise<void> {
  await ctx.inTenant(async (tx) => {
    await lockAccount(tx, accountId);
    if (await tx.query(Invitation).findOne({ cause })) return;
    const admins = await adminsOf(tx, accountId);
    if ((await presentInvitation(tx, accountId)) || admins.some(({ signedIn }) => signedIn)) return;
    const person = admins.find(({ email }) => email !== null);
    if (person) await invite(tx, { accountId, userId: person.userId, cause });
  });
}

/** Staff invite the account admin of a customer by hand. Throws AlreadyInvited, NobodyToInvite, NotFound. */
export async function inviteByHand(ctx: Ctx, accountId: Id): Promise<Id> {
  ctx.demand('send', 'Invitation');
  return ctx.inTenant(async (tx) => {
    await lockAccount(tx, accountId);
    if (await presentInvitation(tx, accountId)) throw new AlreadyInvited();
    const userId = await personToInvite(tx, accountId);
    return invite(tx, { accountId, userId, cause: ctx.newId(), invitedBy: ctx.actor.id });
  });
}

async function invite(tx: Tx, { accountId, userId, cause, invitedBy }: { accountId: Id; userId: Id; cause: Id; invitedBy?: Id }): Promise<Id> {
  const id = tx.ctx.newId();
  const whose = { id, account_id: accountId, user_id: userId, cause, invited_by: invitedBy ?? null };
  await tx.query(Invitation).insert({ ...whose, created_at: tx.ctx.clock.now(), ...termsFromNow(tx.ctx) });
  await tx.start(invitation, id);
  await tx.audit('accounts.invited', null, { accountId, invitationId: id, userId });
  return id;
}

/** From now until when a link works, and when it is reminded of: the business's terms as they are now, which the row keeps. */
export function termsFromNow(ctx: Ctx): { invited_at: Instant; remind_at: Instant; expires_at: Instant } {
  const now = ctx.clock.now();
  const { invitationReminderDays, invitationExpiryDays } = ctx.settings<AccountsSettings>();
  const inDays = (days: number): Instant => addDuration(now, `P${days}D`, ctx.tenant.zone);
  return { invited_at: now, remind_at: inDays(invitationReminderDays), expires_at: inDays(invitationExpiryDays) };
}

/** The invitation of a customer that is open or was accepted: there is at most one. */
const presentInvitation = (tx: Tx, accountId: Id): Promise<Invitation | undefined> =>
  tx.query(Invitation).where({ account_id: accountId }).whereIn('state', ['open', 'accepted']).first().execute();

/** Whom staff invite: the account admin who was there first, is reached by mail and has never signed in. */
export const whomToInvite = async (tx: Tx, accountId: Id): Promise<Id | undefined> =>
  (await adminsOf(tx, accountId)).find(({ email, signedIn }) => email !== null && !signedIn)?.userId;

/** The same for who cannot go on without. Throws NobodyToInvite. */
export async function personToInvite(tx: Tx, accountId: Id): Promise<Id> {
  const userId = await whomToInvite(tx, accountId);
  if (!userId) throw new NobodyToInvite();
  return userId;
}

interface AccountAdmin {
  readonly userId: Id;
  readonly email: string | null;
  readonly signedIn: boolean;
}

/** The account admins who may sign in, the first to come first. */
const adminsOf = (tx: Tx, accountId: Id): Promise<AccountAdmin[]> =>
  tx.rows<AccountAdmin>(sql`
    select u.id as "userId", u.email, u.seen_at is not null as "signedIn"
    from accounts.members m join portico.users u on u.tenant_id = m.tenant_id and u.id = m.user_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.account_id = ${accountId} and m.is_admin and m.enabled and u.enabled
    order by m.created_at, m.id`);
