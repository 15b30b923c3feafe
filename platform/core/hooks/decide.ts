import { defineError, type DecisionPoint } from '@portico/kit';
import type { Ctx, Decision, Vote } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { ownValue } from '../errors/own-value.ts';
import type { BoundHook } from '../plugins/registry.ts';
import { withinBudget } from './call.ts';

/** A voter failed, and the question must not be decided without it. */
export class DecisionRefused extends defineError('portico.decision-refused', 503) {}

/**
 * Asks every enabled plugin's voters side by side, each with a copy of the question, its own context and its own time.
 * Their order has no influence: verdicts reach `combine` in an order of their own.
 */
export async function decide<Question, Verdict>(
  context: HostContext,
  point: DecisionPoint<string, Question, Verdict>,
  question: Question,
): Promise<Decision<Verdict>> {
  const asked = ownValue(point.question, question, `the decision ${point.name} was asked with what it does not allow`);
  await context.host.enablement.ready(context.tenant.id);
  const voters = context.host.enablement.boundNow(context.tenant.id, 'decision', point.name);
  const votes = await Promise.all(voters.map((voter) => askVoter(context, point, voter, asked)));
  const verdicts = votes.flatMap(({ answer }): Verdict[] => {
    if (answer.kind === 'voted') return [answer.verdict];
    if (answer.kind === 'abstained') return [];
    if (point.whenFailed === 'refuse') throw new DecisionRefused({ point: point.name });
    return [point.whenFailed];
  });
  return { verdict: (verdicts.length > 0 ? point.combine(inOneOrder(verdicts)) : undefined) ?? point.fallback, votes };
}

// The same verdicts are combined in the same order, whoever voted first: pins and ids of plugins decide nothing.
const inOneOrder = <Verdict>(verdicts: readonly Verdict[]): readonly Verdict[] =>
  verdicts
    .map((verdict) => ({ verdict, text: JSON.stringify(verdict) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ verdict }) => verdict);

async function askVoter<Question, Verdict>(
  context: HostContext,
  point: DecisionPoint<string, Question, Verdict>,
  voter: BoundHook,
  question: Question,
): Promise<Vote<Verdict>> {
  const vote = voter.handle as (ctx: Ctx, question: Question) => Promise<Verdict | 'abstain'>;
  try {
    const answer = await withinBudget(point.budgetMs, (budget) => vote(context.child(voter.pluginId, undefined, budget), structuredClone(question)));
    if (answer === 'abstain') return { pluginId: voter.pluginId, answer: { kind: 'abstained' } };
    return { pluginId: voter.pluginId, answer: { kind: 'voted', verdict: point.verdict.parse(answer) } };
  } catch (error) {
    context.host.failures.note(context.tenant.id, voter.pluginId, `decision ${point.name}`, error);
    return { pluginId: voter.pluginId, answer: { kind: 'failed', because: error instanceof Error ? error.message : String(error) } };
  }
}
