import { z } from 'zod';
import type { Id } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { decideReturns, ReturnIds } from './decide-returns.ts';
import { decideReturn, ReturnDecision } from './decide-return.ts';
import { RequestReturn, requestReturn } from './request-return.ts';
import { withdrawReturn } from './withdraw-return.ts';

const textOf = (form: FormData, name: string): string => {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
};

/** A customer's forms about one lead's return: `intent` says which. Anything else was not ours and is refused. */
export async function submitByCustomer(ctx: Ctx, form: FormData, leadId: Id, returnId: Id | undefined): Promise<Submitted> {
  if (textOf(form, 'intent') === 'withdraw' && returnId) {
    await withdrawReturn(ctx, returnId);
    return { ok: true, say: 'returns.flash.withdrawn' };
  }
  await requestReturn(ctx, RequestReturn.parse({ leadId, reason: textOf(form, 'reason'), note: textOf(form, 'note') }));
  return { ok: true, say: 'returns.flash.requested' };
}

const OUTCOMES: Readonly<Record<string, 'approved' | 'denied'>> = { approve: 'approved', deny: 'denied' };
const decisionOf = (form: FormData, word: string): ReturnDecision => ReturnDecision.parse({ outcome: OUTCOMES[word], because: textOf(form, 'because') });

/** Staff decide about one return: `intent` is approve or deny. */
export async function submitDecision(ctx: Ctx, form: FormData, returnId: Id): Promise<Submitted> {
  const { changed, asked } = await decideReturn(ctx, returnId, decisionOf(form, textOf(form, 'intent')));
  return { ok: true, say: changed ? `returns.flash.${asked.decision}` : `returns.flash.stood-${asked.decision}` };
}

const Picked = z.object({ ids: ReturnIds });

/** Staff decide about several at once: `intent` is approve-picked or deny-picked, `ids` the picked ones. */
export async function submitDecisions(ctx: Ctx, form: FormData): Promise<Submitted> {
  const decision = decisionOf(form, textOf(form, 'intent').replace('-picked', ''));
  const { ids } = Picked.parse({ ids: form.getAll('ids') });
  const results = await decideReturns(ctx, ids, decision);
  const count = results.filter(({ result }) => result === 'decided').length;
  const others = results.length - count;
  return { ok: true, say: others === 0 ? 'returns.flash.several' : 'returns.flash.several-but', values: { count, others } };
}
