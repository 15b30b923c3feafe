import type { z } from 'zod';
import { InvalidInput } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { Contact } from '../member/member-input.ts';

/** What people may change about themselves. The user name stays: somebody else gave it. */
export const ChangeProfile = Contact.pick({ name: true, email: true, phone: true });
export type ChangeProfile = z.output<typeof ChangeProfile>;

/**
 * The signed-in user changes the own name, e-mail address and phone number. Throws InvalidInput at `email`
 * when it is taken, or when nothing would be left to sign in with. Repeating it changes nothing.
 */
export async function changeProfile(ctx: Ctx, input: ChangeProfile): Promise<void> {
  ctx.demand('change', 'Profile');
  await ctx.inTenant(async (tx) => {
    const was = await tx.users.find(ctx.actor.id);
    if (!was?.userName && !input.email) throw new InvalidInput({ email: { key: 'accounts.problem.login-missing' } });
    const wanted = { name: input.name, email: input.email ?? null, phone: input.phone ?? null };
    await tx.users.change(ctx.actor.id, wanted);
    await tx.audit('accounts.profile-changed', was ? { name: was.name, email: was.email, phone: was.phone } : null, wanted);
  });
}
