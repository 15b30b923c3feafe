import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { countryOf, phoneText } from '../lead/contact-keys.ts';
import { plansByName } from '../queue/plans-by-name.ts';
import { ListQueue, listQueue, customersInQueue } from '../queue/queue-list.queries.ts';

/** A page of the call queue, with what its filters offer. */
export async function load(ctx: Ctx, request: PageRequest) {
  const query = addressQuery(ListQueue, request.query);
  const plans = await plansByName(ctx);
  const home = countryOf(ctx.tenant.locale);
  return ctx.inTenant(async (tx) => {
    const { data, ...pages } = await listQueue(tx, query);
    const rows = data.map((entry) => ({
      ...entry,
      phoneText: entry.phone && phoneText(entry.phone, home),
      plan: (entry.planId && plans.get(entry.planId)) ?? null,
    }));
    return {
      ...pages,
      data: rows,
      state: query.state ?? ('queued' as const),
      customers: await customersInQueue(tx, query.account),
      plans: [...plans].map(([value, label]) => ({ value, label })),
      isNarrowed: Boolean(query.plan ?? query.account),
    };
  });
}
