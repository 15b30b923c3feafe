import { render } from '../api/render.ts';
import type { Account } from '../store/account.ts';
import type { AnyRecord, Kind } from '../store/records.ts';
import type { Store } from '../store/store.ts';

const kinds: readonly Kind[] = ['customer', 'payment_method', 'setup_intent', 'payment_intent', 'charge', 'refund', 'webhook_endpoint'];

/** All that the sandbox holds, by account, oldest first; of one account, or one kind of object, when it is named. */
export function stateOf(store: Store, account: string | null, kind: string | null): object {
  const accounts = [...store.accounts.values()].filter(({ name }) => account === null || name === account);
  return { accounts: accounts.map((one) => accountState(one, kind)) };
}

function accountState(account: Account, only: string | null): object {
  const objects = kinds
    .filter((kind) => only === null || kind === only)
    .map((kind) => [`${kind}s`, [...(account[kind].values() as Iterable<AnyRecord>)].map((row) => render(kind, row, account))]);
  const told =
    only !== null && only !== 'event'
      ? {}
      : { events: [...account.events.values()].map(({ id, type, created, about }) => ({ id, type, created, about: about.id })) };
  const delivered = only !== null && only !== 'delivery' ? {} : { deliveries: [...account.deliveries.values()] };
  const { name, limits, ahead } = account;
  return { name, now: account.now(), ahead, limits, keys: account.keys.size, ...Object.fromEntries(objects), ...told, ...delivered };
}
