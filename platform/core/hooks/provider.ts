import { defineError, type ProviderPoint } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { knownError } from '../errors/known-error.ts';

/** Nobody does this job here. */
export class NoProvider extends defineError('portico.no-provider', 503) {}

/** The implementation of the plugin that does a job here, in that plugin's own context. Throws NoProvider. */
export function provider<Api extends object>(context: HostContext, point: ProviderPoint<string, Api>): Api {
  const [bound] = context.host.enablement.boundNow(context.tenant.id, 'provider', point.name);
  if (!bound) throw new NoProvider({ point: point.name });
  const note = (error: unknown, method?: string): unknown => {
    // a card that is declined, a place that is away: an answer like another
    if (!knownError(error)) context.host.failures.note(context.tenant.id, bound.pluginId, `provider ${point.name}${method ? `: ${method}` : ''}`, error);
    return error;
  };
  try {
    return watched((bound.handle as (ctx: Ctx) => Api)(context.child(bound.pluginId)), context, point.name, note);
  } catch (error) {
    throw note(error);
  }
}

// Each method as it is, behind the question whether a transaction is open: a call to the world must not hold one.
function watched<Api extends object>(api: Api, context: HostContext, name: string, note: (error: unknown, method: string) => unknown): Api {
  return new Proxy(api, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function' || typeof key === 'symbol') return value;
      return (...given: unknown[]): unknown => {
        context.demandNoTransaction(`${name}: ${key}`);
        try {
          const answer: unknown = value.apply(target, given);
          return answer instanceof Promise ? answer.catch((error: unknown) => Promise.reject(note(error, key) as Error)) : answer;
        } catch (error) {
          throw note(error, key);
        }
      };
    },
  });
}
