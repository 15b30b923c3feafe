import { NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';

/** What the page does next. */
export const guest = { writes: false, throws: false };

const target = (id: string) => ({ purpose: 'lodge.guest', id, generation: 1 });

export async function load(ctx: Ctx, { params }: PageRequest) {
  if (guest.throws) throw new Error('the lodge is shut');
  const id = ctx.links.idIn('lodge.guest', params['token']!);
  if (!id || !ctx.links.matches(target(id), params['token']!)) throw new NotFound();
  await ctx.inTenant(async (tx) => guest.writes && tx.audit('lodge.opened', null, null));
  return { id, actor: ctx.actor, roles: ctx.actor.roles.length };
}

export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await ctx.inTenant((tx) => tx.audit('lodge.pressed', null, { actor: ctx.actor.kind }));
  const user = form.get('user');
  if (typeof user === 'string') return { ok: true, signIn: user, go: '/lodge', say: 'lodge.welcome' };
  return { ok: true, say: 'lodge.welcome' };
}
