import type { Ctx, PageSources, Submitted } from '@portico/kit/server';

/** Whose scripts the hall loads. */
export const hall: { sources: unknown } = { sources: {} };

export const load = async (ctx: Ctx) => ({ actor: ctx.actor.kind });
export const sources = async (_ctx: Ctx): Promise<PageSources> => hall.sources as PageSources;
export const submit = async (ctx: Ctx): Promise<Submitted> => ({ ok: true, signIn: ctx.actor.id, go: '/' });
