import type { PageRequest } from '@portico/kit/page';
import { defineError, type Id } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { pondTabs } from '../pond-slot.ts';

class Frozen extends defineError('pond.frozen', 409) {}

/** What the tests turn: how the page behaves next. */
export const mood: { now: 'well' | 'throws' | 'hangs' } = { now: 'well' };

export async function load(ctx: Ctx, request: PageRequest) {
  if (mood.now === 'throws') throw new Error('the pond is dry');
  if (mood.now === 'hangs') await new Promise(() => undefined);
  return { ducks: 3, q: request.query.get('q'), tabs: await ctx.slot(pondTabs, { duckId: '00000000-0000-7000-8000-000000000001' as Id }) };
}

export async function submit(_ctx: Ctx, form: FormData): Promise<Submitted> {
  const intent = form.get('intent');
  if (intent === 'fields') return { ok: false, fields: { name: 'Too wet.' } };
  if (intent === 'frozen') throw new Frozen();
  if (intent === 'throws') throw new Error('the pond is dry');
  return { ok: true, say: 'pond.saved', values: { ducks: 3 }, ...(intent === 'away' ? { go: '//evil.example' } : { go: '/pond?done' }) };
}
