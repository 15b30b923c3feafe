import { readInput } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { z } from 'zod';
import type { PageRequest } from '@portico/kit/page';

export const load = async (ctx: Ctx, { params }: PageRequest) => ({ token: params['token']!, actor: ctx.actor.kind });

const Greeting = z.object({ name: z.string().min(1), user: z.uuid().optional() });

/** Signs in who is named: this is what a one-time link would prove. */
export async function submit(_ctx: Ctx, form: FormData): Promise<Submitted> {
  const { name, user } = readInput(Greeting, Object.fromEntries(form));
  return user ? { ok: true, signIn: user, go: '/probe', say: 'probe.welcome', values: { name } } : { ok: true, say: 'probe.welcome', values: { name } };
}
