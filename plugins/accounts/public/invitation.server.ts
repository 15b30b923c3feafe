import type { PageRequest } from '@portico/kit/page';
import { formInput, intentOf, type Ctx, type Submitted } from '@portico/kit/server';
import { AcceptInvitation, acceptInvitation } from '../invitation/accept-invitation.ts';
import { askForNewLink } from '../invitation/ask-for-new-link.ts';
import { invitationOfLink } from '../invitation/invitation-link.ts';

/** Who is invited, by whom and to what; of a dead link nothing. Opening it changes nothing (A5). */
export async function load(ctx: Ctx, { params, query }: PageRequest) {
  const opened = await ctx.inTenant((tx) => invitationOfLink(tx, params['token']!));
  const business = ctx.tenant.name;
  if (!opened) return { kind: 'dead' as const, business, asked: query.has('asked') };
  const { name, email, userName, hasPassword, account, inviter } = opened.person;
  return { kind: 'open' as const, business, name, login: email ?? userName ?? '', hasPassword, account, inviter, expiresAt: opened.row.expires_at };
}

/** The person comes in; or asks for another link where this one is dead. */
export const submit = async (ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> =>
  intentOf(form, { accept, 'new-link': newLink })(ctx, form, params['token']!);

async function accept(ctx: Ctx, form: FormData, token: string): Promise<Submitted> {
  const userId = await acceptInvitation(ctx, token, AcceptInvitation.parse(formInput(form)));
  if (!userId) return { ok: true, go: `/invitation/${token}` };
  return { ok: true, signIn: userId, go: '/', say: 'accounts.invitation.welcome', values: { business: ctx.tenant.name } };
}

async function newLink(ctx: Ctx, _form: FormData, token: string): Promise<Submitted> {
  await askForNewLink(ctx, token);
  return { ok: true, go: `/invitation/${token}?asked=1` };
}
