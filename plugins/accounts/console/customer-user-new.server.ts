import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { findAccount } from '../account/account.queries.ts';
import { submitNewMember } from '../member/member-form.ts';
import { parentChoices } from '../member/member.queries.ts';

/** The customer, and whom the new user may stand below. */
export const load = (ctx: Ctx, { params }: PageRequest) =>
  ctx.inTenant(async (tx) => {
    const account = await findAccount(tx, params['accountId']!);
    if (!account) throw new NotFound();
    return { account: { id: account.id, name: account.name }, parents: await parentChoices(tx, account.id) };
  });

export const submit = (ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> =>
  submitNewMember(ctx, form, `/console/accounts/${params['accountId']}`, params['accountId']!);
