import { createHash } from 'node:crypto';
import { LIMITS, type EffectLine, type EffectPoint, type Foreseen, type ForeseenPart, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../../context/host-context.ts';
import { ownValue } from '../../errors/own-value.ts';
import type { BoundHook } from '../../plugins/registry.ts';
import { withinBudget } from '../call.ts';
import { Lines, workOf } from './participant.ts';

/** Of the time that the asking work has left, all participants together may take this part: one that hangs must not cost the page. */
const PART_FOR_OTHERS = 2 / 3;

/**
 * Asks every enabled participant, side by side, each in a transaction of its own that only reads. One that throws, is late or
 * answers nonsense has one calm line, is noted, and stands in the token as what it is: with it back, the facts are others.
 */
export async function foresee<Change>(context: HostContext, point: EffectPoint<string, Change>, subject: Id, change: Change): Promise<Foreseen> {
  const asked = ownValue(point.change, change, `the effect ${point.name} was foreseen with what it does not allow`);
  await context.host.enablement.ready(context.tenant.id);
  const budgetMs = Math.min(LIMITS.effectForeseeMs, context.leftMs() * PART_FOR_OTHERS);
  const bound = context.host.enablement.boundNow(context.tenant.id, 'effect', point.name);
  const parts = await Promise.all(bound.map((one) => ask(context, one, point.name, asked, budgetMs)));
  return { parts, token: tokenOf(context.tenant.id, point.name, subject, parts) };
}

async function ask(context: HostContext, bound: BoundHook, point: string, change: unknown, budgetMs: number): Promise<ForeseenPart> {
  const { pluginId } = bound;
  const work = workOf(bound);
  const part = { pluginId, title: context.host.registry.byId(pluginId)!.manifest.title, revertible: work.revert !== undefined };
  try {
    const lines = await withinBudget(budgetMs, (budget) =>
      context.reader(pluginId, budget).inTenantWith(sql`set transaction read only`, (tx) => work.foresee(tx, structuredClone(change))),
    );
    return { ...part, lines: Lines.parse(lines).map((line) => (part.revertible ? line : { ...line, final: true })) };
  } catch (error) {
    context.host.failures.note(context.tenant.id, pluginId, `effect ${point}: foresee`, error);
    return { ...part, lines: [{ text: 'portico.effect.not-asked' }], failed: true };
  }
}

/** What is confirmed: nothing that is rendered, and no order that only says who was asked first. */
function tokenOf(tenantId: Id, point: string, subject: Id, parts: readonly ForeseenPart[]): string {
  const facts = parts
    .map(({ pluginId, lines, revertible, failed }) => [pluginId, revertible, failed ?? false, lines.map(lineFacts)] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([tenantId, point, subject, facts]))
    .digest('base64url');
}

/** The key and values of a line, in one order. */
export const lineFacts = ({ text, values = {} }: EffectLine): unknown => [text, Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))];
