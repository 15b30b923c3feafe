import type { Ctx, PageSources, Submitted } from '@portico/kit/server';

export const load = async (ctx: Ctx) => ctx.installation<{ scriptOrigin: string }>();
export const sources = (ctx: Ctx): PageSources => ({ script: [ctx.installation<{ scriptOrigin: string }>().scriptOrigin] });

export const submit = async (_ctx: Ctx, form: FormData): Promise<Submitted> =>
  form.get('name') === ''
    ? { ok: false, fields: { name: 'Say a name.' } }
    : { ok: true, go: '/probe', say: 'probe.welcome', values: { name: String(form.get('name')) } };
