import type { PageRequest } from '@portico/kit/page';
import { addressQuery, core, type Ctx, type Submitted } from '@portico/kit/server';
import { ProcessListQuery } from '../operations/operations.routes.ts';
import { wakeProcess } from '../operations/wake-process.ts';

/** Long processes of the business, newest first. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const wanted = addressQuery(ProcessListQuery, query);
  const page = await ctx.use(core).processes(wanted);
  return { ...page, isNarrowed: wanted.state !== undefined, canWake: ctx.may('wake', 'Process') };
}

/** Wakes a process. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await wakeProcess(ctx, String(form.get('processId')));
  return { ok: true, say: 'workspace.process-woken' };
}
