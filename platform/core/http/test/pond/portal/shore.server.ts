import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { pondFacts, pondTabs } from '../pond-slot.ts';

/** A page with something of others in two places, one after the other. */
export async function load(ctx: Ctx) {
  const { facts } = await ctx.filter(pondFacts, { facts: ['wet'] });
  return { facts, tabs: await ctx.slot(pondTabs, { duckId: '00000000-0000-7000-8000-000000000001' as Id }) };
}
