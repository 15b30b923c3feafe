import type { TextKey } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { addressQuery, core, type Ctx, type Submitted } from '@portico/kit/server';
import { ProcessListQuery } from '../operations/operations.routes.ts';
import { wakeProcess } from '../operations/wake-process.ts';
import { nameInWords, textOr } from '../operations/words.ts';

/** Long processes of the business, newest first. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const wanted = addressQuery(ProcessListQuery, query);
  const page = await ctx.use(core).processes(wanted);
  return {
    ...page,
    data: page.data.map((row) => ({ ...row, ...inWords(ctx, row) })),
    isNarrowed: wanted.state !== undefined,
    canWake: ctx.may('wake', 'Process'),
  };
}

interface Named {
  readonly kind: string;
  readonly pluginId: string;
  readonly nextStep: string | null;
  readonly outcome: string | null;
}

// In words here: a page has no texts of a plugin that is off, and its processes rest in this list.
function inWords(ctx: Ctx, { kind, pluginId, nextStep, outcome }: Named) {
  const said = (key: string) => ctx.text(key as TextKey);
  return {
    kindSaid: textOr(said, kind, nameInWords(kind)),
    pluginSaid: textOr(said, `${pluginId}.title`, pluginId),
    nextSaid: nextStep && textOr(said, `${kind}.${nextStep}.planned`, textOr(said, `${kind}.${nextStep}`, nameInWords(`.${nextStep}`))),
    outcomeSaid: outcome && textOr(said, `${kind}.outcome.${outcome}`, nameInWords(`.${outcome}`)),
  };
}

/** Wakes a process. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await wakeProcess(ctx, String(form.get('processId')));
  return { ok: true, say: 'workspace.process-woken' };
}
