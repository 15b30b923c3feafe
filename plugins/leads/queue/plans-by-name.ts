import { PorticoError, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { billing } from '@portico/plugin-billing/api';

/** The names of the plans by their ids; none while billing is switched off at this business. */
export async function plansByName(ctx: Ctx): Promise<ReadonlyMap<Id, string>> {
  try {
    return new Map((await ctx.use(billing).planNames()).map(({ planId, name }) => [planId, name]));
  } catch (error) {
    if (error instanceof PorticoError && error.code === 'portico.plugin-off') return new Map();
    throw error;
  }
}
