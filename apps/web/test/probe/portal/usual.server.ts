import type { Ctx } from '@portico/kit/server';

export const load = async (ctx: Ctx) => ctx.installation<{ scriptOrigin: string }>();
