import { documentation } from '../api/documentation.ts';
import { StripeError } from '../api/stripe-error.ts';
import type { Account } from '../store/account.ts';

/** A bucket that holds what may come in one second and fills evenly: how Stripe describes its limiter. */
interface Bucket {
  tokens: number;
  at: number;
}

/** Counts the calls of each account, all together and for each endpoint. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** @throws StripeError 429; a call that is refused takes nothing from either bucket */
  take(account: Account, endpoint: string): void {
    const { perSecond, perEndpoint } = account.limits;
    const now = performance.now();
    const all = perSecond === null ? undefined : this.#fill(account.name, perSecond, now);
    const one = perEndpoint === null ? undefined : this.#fill(`${account.name} ${endpoint}`, perEndpoint, now);
    if (all && all.tokens < 1) throw tooMany('global-rate');
    if (one && one.tokens < 1) throw tooMany('endpoint-rate');
    if (all) all.tokens -= 1;
    if (one) one.tokens -= 1;
  }

  #fill(name: string, limit: number, now: number): Bucket {
    const known = this.#buckets.get(name);
    if (!known) {
      const made = { tokens: limit, at: now };
      this.#buckets.set(name, made);
      return made;
    }
    known.tokens = Math.min(limit, known.tokens + ((now - known.at) / 1000) * limit);
    known.at = now;
    return known;
  }
}

const tooMany = (reason: string): StripeError =>
  new StripeError(429, 'invalid_request_error', `Request rate limit exceeded. You can learn more about rate limits here ${documentation}/rate-limits.`, {
    code: 'rate_limit',
    headers: { 'retry-after': '1', 'stripe-rate-limited-reason': reason },
    unbegun: true,
  });
