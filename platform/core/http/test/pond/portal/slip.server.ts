import { z } from 'zod';
import type { Ctx, Submitted } from '@portico/kit/server';
import type { PageRequest } from '@portico/kit/page';
import { readInput } from '@portico/kit';
import { listQuery } from '@portico/kit/server';
import { pondFacts } from '../pond-slot.ts';

const DuckView = z.object({ feathers: z.number() });
const Feed = z.object({ grain: z.string().min(3) });

/** A page whose code makes what its own schema refuses, when it is asked to. */
export async function load(_ctx: Ctx, { query }: PageRequest) {
  readInput(listQuery(['name']), Object.fromEntries(query));
  return DuckView.parse({ feathers: 'many' });
}

export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  Feed.parse({ grain: form.get('grain') });
  await ctx.filter(pondFacts, { facts: 'dry' } as never);
  return { ok: true };
}
