import { NotFound } from '@portico/kit';
import { addressQuery, type Ctx, intentOf, textIn, type Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { customerParts } from '../api.ts';
import { findAccount } from '../account/account.queries.ts';
import { followInvitation } from '../invitation/invitation.queries.ts';
import { inviteByHand, whomToInvite } from '../invitation/invite-admins.ts';
import { sendAgain } from '../invitation/send-again.ts';
import { changeMember } from '../member/change-member.ts';
import { findMember, listMembers } from '../member/member.queries.ts';
import { MemberListQuery } from '../member/member.routes.ts';

/** A customer: bill groups, users, and the invitation of its account admin. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(MemberListQuery, request.query);
  const read = await ctx.inTenant(async (tx) => {
    const account = await findAccount(tx, request.params['accountId']!);
    if (!account) throw new NotFound();
    const users = await listMembers(tx, { ...query, accountId: account.id });
    const disabled = await findMember(tx, request.query.get('disabled') ?? '');
    return {
      account,
      users,
      undo: disabled && !disabled.enabled ? { memberId: disabled.id, name: disabled.name } : null,
      canInvite: (await whomToInvite(tx, account.id)) !== undefined,
    };
  });
  return {
    ...read,
    parts: await ctx.slot(customerParts, { accountId: read.account.id }),
    invitation: (await followInvitation(ctx, read.account.id)) ?? null,
    maySend: ctx.may('send', 'Invitation'),
  };
}

/** Takes "switched off" back; invites the account admin, or sends the invitation again. */
export async function submit(ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> {
  const accountId = params['accountId']!;
  const go = `/console/accounts/${accountId}`;
  const work = intentOf<() => Promise<Submitted>>(form, {
    enable: async () => {
      await changeMember(ctx, String(form.get('memberId')), { enabled: true });
      return { ok: true, say: 'accounts.user-on-again', go };
    },
    invite: async () => {
      await inviteByHand(ctx, accountId);
      return { ok: true, say: 'accounts.invitation.say-invited', go };
    },
    'send-again': async () => {
      await sendAgain(ctx, textIn(form, 'invitationId') ?? '');
      return { ok: true, say: 'accounts.invitation.say-again', go };
    },
  });
  return work();
}
