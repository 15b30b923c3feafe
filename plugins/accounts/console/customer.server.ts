import { NotFound } from '@portico/kit';
import { addressQuery, type Ctx, intentOf, type Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { findAccount } from '../account/account.queries.ts';
import { changeMember } from '../member/change-member.ts';
import { findMember, listMembers } from '../member/member.queries.ts';
import { MemberListQuery } from '../member/member.routes.ts';

/** A customer: bill groups and users. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(MemberListQuery, request.query);
  return ctx.inTenant(async (tx) => {
    const account = await findAccount(tx, request.params['accountId']!);
    if (!account) throw new NotFound();
    const users = await listMembers(tx, { ...query, accountId: account.id });
    const disabled = await findMember(tx, request.query.get('disabled') ?? '');
    return { account, users, undo: disabled && !disabled.enabled ? { memberId: disabled.id, name: disabled.name } : null };
  });
}

/** Takes "switched off" back. */
export async function submit(ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> {
  await changeMember(ctx, String(form.get('memberId')), intentOf(form, { enable: { enabled: true } }));
  return { ok: true, say: 'accounts.user-on-again', go: `/console/accounts/${params['accountId']}` };
}
