import { InvalidInput, type Id } from '@portico/kit';
import { core, type Ctx, type Tx } from '@portico/kit/server';
import { invitation } from '@portico/workflows/invitation';
import { z } from 'zod';
import { invitationOfLink, type InvitedPerson } from './invitation-link.ts';

const secret = z.string('accounts.problem.password-missing').min(1, 'accounts.problem.password-missing').max(1_000, 'accounts.problem.password-too-long');

/** The password of who has one; who has none chooses it, and writes it twice. */
export const AcceptInvitation = z.object({ password: secret, passwordAgain: secret.nullish() });
export type AcceptInvitation = z.output<typeof AcceptInvitation>;

/**
 * The person who holds the link comes in: who never had a password chooses one, who has one gives it. From
 * then on the link is dead. Answers who it is, to be signed in; undefined when the link opens nothing, or another
 * browser was faster. Throws InvalidInput at `password` and `passwordAgain`, TooManyAttempts.
 */
export async function acceptInvitation(ctx: Ctx, token: string, input: AcceptInvitation): Promise<Id | undefined> {
  const opened = await ctx.inTenant((tx) => invitationOfLink(tx, token));
  if (!opened) return undefined;
  const passwordHash = opened.person.hasPassword ? await demandPassword(ctx, opened.person, input) : await choosePassword(ctx, input);
  return ctx.inTenant(async (tx) => {
    const still = await invitationOfLink(tx, token, 'lock');
    // a password that was set meanwhile, by staff say, is not written over by who was not asked for it
    if (!still || still.person.hasPassword !== opened.person.hasPassword) return undefined;
    if (passwordHash) await tx.users.change(still.person.userId, { passwordHash, mustChangePassword: false });
    await markAccepted(tx, still.row.id);
    return still.person.userId;
  });
}

async function demandPassword(ctx: Ctx, { userId }: InvitedPerson, { password }: AcceptInvitation): Promise<undefined> {
  if (!(await ctx.use(core).passwordFits(userId, password))) throw new InvalidInput({ password: { key: 'accounts.problem.password-wrong' } });
}

async function choosePassword(ctx: Ctx, { password, passwordAgain }: AcceptInvitation): Promise<string> {
  if (!passwordAgain) throw new InvalidInput({ passwordAgain: { key: 'accounts.problem.password-missing' } });
  if (password !== passwordAgain) throw new InvalidInput({ passwordAgain: { key: 'accounts.problem.password-repeated' } });
  return ctx.hashPassword(password);
}

async function markAccepted(tx: Tx, invitationId: Id): Promise<void> {
  await tx.sql('accounts.invitations').where({ tenant_id: tx.ctx.tenant.id, id: invitationId }).update({ state: 'accepted', accepted_at: tx.ctx.clock.now() });
  await tx.nudge(invitation, invitationId);
  await tx.audit('accounts.invitation-taken', null, { invitationId });
}
