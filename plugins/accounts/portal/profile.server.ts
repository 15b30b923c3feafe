import { core, type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { ChangePassword } from '../profile/change-password.ts';
import { ChangeProfile, changeProfile } from '../profile/change-profile.ts';

/** Who is signed in, and how they are reached. */
export async function load(ctx: Ctx) {
  const user = await ctx.inTenant((tx) => tx.users.find(ctx.actor.id));
  return { name: user?.name ?? ctx.actor.name, userName: user?.userName ?? null, email: user?.email ?? null, phone: user?.phone ?? null };
}

/** Two forms: the profile, and the password. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  if (form.get('intent') === 'password') {
    const { current, password } = ChangePassword.parse(formInput(form));
    await ctx.use(core).changeOwnPassword(current, password);
    return { ok: true, say: 'accounts.password-changed' };
  }
  await changeProfile(ctx, ChangeProfile.parse(formInput(form)));
  return { ok: true, say: 'accounts.profile-saved' };
}
