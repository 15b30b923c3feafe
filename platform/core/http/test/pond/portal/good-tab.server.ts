import type { Ctx, Submitted } from '@portico/kit/server';

export const load = async (ctx: Ctx, props: { duckId: string }) => ({ plugin: ctx.pluginId, duckId: props.duckId });
export const submit = async (_ctx: Ctx, form: FormData, props: { duckId: string }): Promise<Submitted> =>
  form.get('note') === '' ? { ok: false, fields: { note: 'Say something.' } } : { ok: true, go: `/pond?noted=${props.duckId}` };
