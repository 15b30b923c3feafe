import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { submitMember } from '../member/member-form.ts';
import { findMember, parentChoices } from '../member/member.queries.ts';

/** One user of the account, and whom the user may stand below. */
export const load = (ctx: Ctx, { params }: PageRequest) =>
  ctx.inTenant(async (tx) => {
    const member = await findMember(tx, params['memberId']!);
    if (!member) throw new NotFound();
    return { member, parents: await parentChoices(tx, member.accountId, member.id), isSelf: member.userId === ctx.actor.id };
  });

export const submit = (ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> =>
  submitMember(ctx, form, params['memberId']!, '/accounts/users');
