import { core, type Ctx, formInput, intentOf, type Submitted } from '@portico/kit/server';
import { ChangePassword } from '../profile/change-password.ts';
import { ChangeProfile, changeProfile } from '../profile/change-profile.ts';

/** Who is signed in, and how they are reached. */
export async function load(ctx: Ctx) {
  const user = await ctx.inTenant((tx) => tx.users.find(ctx.actor.id));
  return { name: user?.name ?? ctx.actor.name, userName: user?.userName ?? null, email: user?.email ?? null, phone: user?.phone ?? null };
}

/** Two forms: the profile, and the password. */
export const submit = async (ctx: Ctx, form: FormData): Promise<Submitted> => intentOf(form, { profile: saveProfile, password: savePassword })(ctx, form);

async function savePassword(ctx: Ctx, form: FormData): Promise<Submitted> {
  const { current, password } = ChangePassword.parse(formInput(form));
  await ctx.use(core).changeOwnPassword(current, password);
  return { ok: true, say: 'accounts.password-changed' };
}

async function saveProfile(ctx: Ctx, form: FormData): Promise<Submitted> {
  await changeProfile(ctx, ChangeProfile.parse(formInput(form)));
  return { ok: true, say: 'accounts.profile-saved' };
}
