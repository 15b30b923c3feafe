import { NotFound } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { submitNewMember } from '../member/member-form.ts';
import { parentChoices } from '../member/member.queries.ts';

/** Whom the new user may stand below. */
export async function load(ctx: Ctx) {
  const accountId = ctx.actor.roles.find((role) => role.role === 'account-admin')?.accountId;
  // Staff add users at the customer's page of the console.
  if (!accountId) throw new NotFound();
  return { parents: await ctx.inTenant((tx) => parentChoices(tx, accountId)) };
}

export const submit = (ctx: Ctx, form: FormData): Promise<Submitted> => submitNewMember(ctx, form, '/accounts/users');
