import type { PageRequest } from '@portico/kit/page';
import { formInput, intentOf, type Ctx, type Submitted } from '@portico/kit/server';
import { countryOf, phoneText } from '../lead/contact-keys.ts';
import { MarkCalled, markCalled, takeCallBack } from '../queue/mark-called.ts';
import { plansByName } from '../queue/plans-by-name.ts';
import { readEntry } from '../queue/queue-list.queries.ts';

/** One lead to call, for whom, and what came of it. */
export async function load(ctx: Ctx, request: PageRequest) {
  const plans = await plansByName(ctx);
  const entry = await ctx.inTenant((tx) => readEntry(tx, request.params['entryId']!));
  return {
    entry,
    plan: (entry.planId && plans.get(entry.planId)) ?? null,
    phoneText: entry.phone && phoneText(entry.phone, countryOf(ctx.tenant.locale)),
  };
}

/** Notes what came of the call, or takes a mistaken note back. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const entryId = request.params['entryId']!;
  const work = intentOf<() => Promise<Submitted>>(form, {
    call: async () => {
      const { result, note } = formInput(form);
      await markCalled(ctx, entryId, MarkCalled.parse({ result, note }));
      return { ok: true, say: 'leads.queue.say-called' };
    },
    'take-back': async () => {
      await takeCallBack(ctx, entryId);
      return { ok: true, say: 'leads.queue.say-taken-back' };
    },
  });
  return work();
}
