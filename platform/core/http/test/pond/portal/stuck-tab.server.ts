import type { Ctx } from '@portico/kit/server';

/** A part whose service is down, asked inside a transaction. */
export const load = (ctx: Ctx): Promise<unknown> => ctx.inTenant(() => new Promise<never>(() => undefined));
