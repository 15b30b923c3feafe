import { addressQuery, type Ctx, intentOf, type Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { changeMember } from '../member/change-member.ts';
import { findMember, listMembers } from '../member/member.queries.ts';
import { MemberListQuery } from '../member/member.routes.ts';

/** The users of the account, and, just after one was switched off, the way to take that back. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(MemberListQuery, request.query);
  return ctx.inTenant(async (tx) => {
    const page = await listMembers(tx, query);
    const disabled = request.query.get('disabled');
    const switchedOff = disabled ? await findMember(tx, disabled) : undefined;
    return {
      ...page,
      ownUserId: ctx.actor.id,
      accountName: ctx.actor.roles.find((role) => role.role === 'account-admin')?.accountName ?? '',
      canCreate: ctx.may('create', 'Member'),
      undo: switchedOff && !switchedOff.enabled ? { memberId: switchedOff.id, name: switchedOff.name } : null,
    };
  });
}

/** Takes "switched off" back. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await changeMember(ctx, String(form.get('memberId')), intentOf(form, { enable: { enabled: true } }));
  return { ok: true, say: 'accounts.user-on-again', go: '/accounts/users' };
}
