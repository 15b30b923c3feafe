import { z } from 'zod';
import type { Id } from '@portico/kit';
import { type Ctx, formInput, intentOf, NotFound, type Submitted } from '@portico/kit/server';
import type { ReturnOutcome } from '@portico/workflows/return-approval';
import { decideReturns, ReturnIds } from './decide-returns.ts';
import { decideReturn, ReturnDecision } from './decide-return.ts';
import { RequestReturn, requestReturn } from './request-return.ts';
import { withdrawReturn } from './withdraw-return.ts';

/** A customer's forms about one lead's return: `intent` is request or withdraw; there is nothing to withdraw that is not seen. */
export const submitByCustomer = async (ctx: Ctx, form: FormData, leadId: Id, returnId: Id | undefined): Promise<Submitted> =>
  intentOf(form, { request: () => request(ctx, form, leadId), withdraw: () => withdraw(ctx, returnId) })();

async function request(ctx: Ctx, form: FormData, leadId: Id): Promise<Submitted> {
  const { reason, note } = formInput(form);
  await requestReturn(ctx, RequestReturn.parse({ leadId, reason: reason ?? '', note: note ?? '' }));
  return { ok: true, say: 'returns.flash.requested' };
}

async function withdraw(ctx: Ctx, returnId: Id | undefined): Promise<Submitted> {
  if (!returnId) throw new NotFound();
  await withdrawReturn(ctx, returnId);
  return { ok: true, say: 'returns.flash.withdrawn' };
}

const decisionOf = (form: FormData, outcome: ReturnOutcome): ReturnDecision => ReturnDecision.parse({ outcome, because: formInput(form)['because'] ?? '' });

const ONE = { approve: 'approved', deny: 'denied' } as const;
const SEVERAL = { 'approve-picked': 'approved', 'deny-picked': 'denied' } as const;

/** Staff decide about one return: `intent` is approve or deny. */
export async function submitDecision(ctx: Ctx, form: FormData, returnId: Id): Promise<Submitted> {
  const { changed, asked } = await decideReturn(ctx, returnId, decisionOf(form, intentOf(form, ONE)));
  return { ok: true, say: changed ? `returns.flash.${asked.decision}` : `returns.flash.stood-${asked.decision}` };
}

const Picked = z.object({ ids: ReturnIds });

/** Staff decide in the queue: about `returnId`, or by approve-picked and deny-picked about the picked `ids`. */
export async function submitInQueue(ctx: Ctx, form: FormData): Promise<Submitted> {
  const decide = intentOf(form, { approve: submitDecision, deny: submitDecision, 'approve-picked': submitDecisions, 'deny-picked': submitDecisions });
  return decide(ctx, form, String(form.get('returnId')));
}

async function submitDecisions(ctx: Ctx, form: FormData): Promise<Submitted> {
  const decision = decisionOf(form, intentOf(form, SEVERAL));
  const { ids } = Picked.parse({ ids: form.getAll('ids') });
  const results = await decideReturns(ctx, ids, decision);
  const count = results.filter(({ result }) => result === 'decided').length;
  const others = results.length - count;
  return { ok: true, say: others === 0 ? 'returns.flash.several' : 'returns.flash.several-but', values: { count, others } };
}
