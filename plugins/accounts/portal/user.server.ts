import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { userParts } from '../api.ts';
import { submitMember } from '../member/member-form.ts';
import { findMember, parentChoices } from '../member/member.queries.ts';

/** One user of the account, whom the user may stand below, and what plugins add. */
export async function load(ctx: Ctx, { params }: PageRequest) {
  const read = await ctx.inTenant(async (tx) => {
    const member = await findMember(tx, params['memberId']!);
    if (!member) throw new NotFound();
    return { member, parents: await parentChoices(tx, member.accountId, member.id), isSelf: member.userId === ctx.actor.id };
  });
  return { ...read, parts: await ctx.slot(userParts, { memberId: read.member.id }) };
}

export const submit = (ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> =>
  submitMember(ctx, form, params['memberId']!, '/accounts/users');
