/** How the mailbox treats the mails that follow, for tests of senders. */
export type Misbehaviour =
  | { mode: 'none' }
  /** Answers the mail with this SMTP code (default 451) and keeps nothing. */
  | { mode: 'refuse'; code?: number }
  /** Takes the mail and cuts the connection before the answer. `keep: false`: the mail is lost too (default true). */
  | { mode: 'drop-after-data'; keep?: boolean }
  /** Answers after so many milliseconds. */
  | { mode: 'delay'; ms: number };

/** A misbehaviour, for how many mails (default: until told otherwise) and to whom (default: everyone). */
export type Orders = Misbehaviour & { times?: number; to?: string };

/** Reads what the control endpoint was sent. Throws a sentence when it makes no sense. */
export function parseOrders(body: unknown): Orders {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { mode, times, to, code, ms, keep } = given;
  if (times !== undefined && !(Number.isInteger(times) && (times as number) > 0)) throw new Error('"times" must be a whole number above zero.');
  if (to !== undefined && typeof to !== 'string') throw new Error('"to" must be an address.');
  const scope = { times: times as number | undefined, to: to as string | undefined };
  if (mode === 'none') return { mode };
  if (mode === 'refuse' && (code === undefined || isRefusal(code))) return { mode, code, ...scope };
  if (mode === 'drop-after-data' && (keep === undefined || typeof keep === 'boolean')) return { mode, keep, ...scope };
  if (mode === 'delay' && typeof ms === 'number' && ms >= 0) return { mode, ms, ...scope };
  throw new Error(
    'Send {"mode":"none"}, {"mode":"refuse","code":451}, {"mode":"drop-after-data","keep":true} or {"mode":"delay","ms":500}, with "times" and "to" if you like.',
  );
}

function isRefusal(code: unknown): code is number {
  return typeof code === 'number' && Number.isInteger(code) && code >= 400 && code <= 599;
}

/** Holds the orders and counts them down. */
export class Behaviour {
  #orders: Orders = { mode: 'none' };

  get orders(): Orders {
    return this.#orders;
  }

  tell(orders: Orders): void {
    this.#orders = orders;
  }

  /** What to do with the next mail to these recipients. */
  next(recipients: string[]): Misbehaviour {
    const orders = this.#orders;
    if (orders.mode === 'none') return orders;
    const meant = orders.to?.toLowerCase();
    if (meant !== undefined && !recipients.some((address) => address.toLowerCase() === meant)) return { mode: 'none' };
    if (orders.times !== undefined) this.#orders = orders.times > 1 ? { ...orders, times: orders.times - 1 } : { mode: 'none' };
    return orders;
  }
}
