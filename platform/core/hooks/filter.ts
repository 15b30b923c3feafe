import type { FilterPoint } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { withinBudget } from './call.ts';

/** Passes a value through every enabled plugin, in order of plugin id. A bad or late answer is dropped and noted. */
export async function filter<Value>(context: HostContext, point: FilterPoint<string, Value>, value: Value): Promise<Value> {
  let good = point.value.parse(value);
  await context.host.enablement.ready(context.tenant.id);
  for (const bound of context.host.registry.bound('filter', point.name)) {
    if (!context.host.enablement.isOnNow(context.tenant.id, bound.pluginId)) continue;
    const change = bound.handle as (ctx: Ctx, value: Value) => Promise<Value>;
    const given = structuredClone(good);
    try {
      good = point.value.parse(await withinBudget(point.budgetMs, (budget) => change(context.child(bound.pluginId, undefined, budget), given)));
    } catch (error) {
      context.host.failures.note(bound.pluginId, `filter ${point.name}`, error);
    }
  }
  return good;
}
