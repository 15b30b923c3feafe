import { addressQuery } from '@portico/kit/server';
import { ListSubscriptions } from '../subscription/subscription.queries.ts';

/** A list of subscriptions as a page's address asks for it: the current ones, unless it names a state, or `all`. */
export function subscriptionsIn(address: URLSearchParams) {
  const query = addressQuery(ListSubscriptions, address);
  const isAll = address.get('state') === 'all';
  return { ...query, state: query.state ?? (isAll ? undefined : ('current' as const)), isAll };
}
