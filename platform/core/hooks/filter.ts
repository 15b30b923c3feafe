import type { FilterPoint } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { ownValue } from '../errors/own-value.ts';
import { withinBudget } from './call.ts';

/** Of the time that the asking work has left, all handlers together may take this part: what hangs must not cost the page. */
const PART_FOR_OTHERS = 1 / 3;

/**
 * Passes a value through every enabled plugin: the business's pins, then by plugin id. A bad or late answer is dropped and noted. When others
 * have taken all the time, the value goes on without those that were not asked.
 */
export async function filter<Value>(context: HostContext, point: FilterPoint<string, Value>, value: Value): Promise<Value> {
  let good = ownValue(point.value, value, `the filter ${point.name} was given what it does not allow`);
  await context.host.enablement.ready(context.tenant.id);
  const enough = context.leftMs() * (1 - PART_FOR_OTHERS);
  for (const bound of context.host.enablement.boundNow(context.tenant.id, 'filter', point.name)) {
    const forOthersMs = Number.isFinite(enough) ? context.leftMs() - enough : Infinity;
    if (forOthersMs <= 0) {
      context.log.warn('a filter was not asked: no time was left', { point: point.name, plugin: bound.pluginId });
      continue;
    }
    const change = bound.handle as (ctx: Ctx, value: Value) => Promise<Value>;
    const given = structuredClone(good);
    const inTime = Math.min(point.budgetMs, forOthersMs);
    try {
      good = point.value.parse(await withinBudget(inTime, (budget) => change(context.child(bound.pluginId, undefined, budget), given)));
    } catch (error) {
      context.host.failures.note(context.tenant.id, bound.pluginId, `filter ${point.name}`, error);
    }
  }
  return good;
}
