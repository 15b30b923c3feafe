import { msBetween, type Id, type Instant } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { TestBusiness, TestPortal } from '@portico/testing';
import { AcceptInvitation, acceptInvitation } from '../invitation/accept-invitation.ts';
import { followInvitation, listInvitations, type FollowedInvitation, type InvitationRow } from '../invitation/invitation.queries.ts';
import { inviteAdmins } from '../invitation/invite-admins.ts';
import { load } from '../public/invitation.server.ts';
import { aCustomer, type TestCustomer } from '../testing.ts';

/** A good password. */
export const GOOD = 'a quiet pond at dawn';

/** What was mailed about an invitation, with the token that stands in the mail when it leaves. */
interface LinkMail {
  readonly template: string;
  readonly token: string;
}

/** A business that invites, and what its people do with the mails. */
export async function openInviting(portal: TestPortal, business: TestBusiness) {
  await business.settleEvents();
  const owner = await business.ctxOf('owner', 'accounts');
  const anybody = (at = business): Ctx => at.systemCtx('accounts').child('accounts', { kind: 'nobody', id: owner.actor.id, name: '', roles: [] });
  const mailsTo = async (userId: Id): Promise<LinkMail[]> => {
    const mails = (await business.mails()).filter(({ user_id, template }) => user_id === userId && template.startsWith('invitation'));
    return mails.map(({ template, data }) => {
      const url = data['inviteUrl'] as { link: Parameters<Ctx['links']['token']>[0] } | undefined;
      return { template, token: url ? owner.links.token(url.link) : '' };
    });
  };
  const invite = ({ accountId }: Pick<TestCustomer, 'accountId'>, cause: Id = owner.newId()) =>
    inviteAdmins(business.systemCtx('accounts'), { accountId, cause });
  return {
    owner,
    anybody,
    mailsTo,
    invite,
    /** A customer whose admin has a mail with a link. */
    async anInvitedCustomer(): Promise<TestCustomer> {
      const customer = await aCustomer(business);
      await invite(customer);
      await business.settleProcesses();
      return customer;
    },
    invitationsOf: async ({ accountId }: Pick<TestCustomer, 'accountId'>): Promise<readonly InvitationRow[]> =>
      (await owner.inTenant((tx) => listInvitations(tx, { accountId, limit: 10, sort: 'created' }))).data,
    followed: async ({ accountId }: Pick<TestCustomer, 'accountId'>): Promise<FollowedInvitation> => (await followInvitation(owner, accountId))!,
    latestToken: async ({ admin }: TestCustomer): Promise<string> => (await mailsTo(admin.userId)).at(-1)!.token,
    /** What the page of a link says. */
    opened: (token: string, at = business) => load(anybody(at), { params: { token }, query: new URLSearchParams() } as unknown as Parameters<typeof load>[1]),
    accept: (token: string, password = GOOD, passwordAgain: string | null = password) =>
      acceptInvitation(anybody(), token, AcceptInvitation.parse({ password, passwordAgain })),
    signIn: (login: string, password: string) => portal.core.identity.signIn(business.tenant, { login, password, ip: '10.0.0.1', userAgent: 'test' }),
    emailOf: async ({ admin }: TestCustomer): Promise<string> => (await owner.inTenant((tx) => tx.users.find(admin.userId)))!.email!,
    /** Moves the clock to an instant, to the second, and lets processes do what is due. */
    async goTo(at: Instant): Promise<void> {
      const now = await business.systemCtx('accounts').inTenant(async (tx) => tx.ctx.clock.now());
      await business.advance(`PT${Math.ceil(msBetween(now, at) / 1000)}S`);
      await business.settleProcesses();
    },
  };
}
