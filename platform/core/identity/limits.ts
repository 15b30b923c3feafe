import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible';
import type pg from 'pg';
import { defineError, LIMITS } from '@portico/kit';
import type { Tenant } from '@portico/kit/server';
import { keyedHash } from './tokens.ts';

/** Too many tries; `seconds` until the next one may count. */
export class TooManyAttempts extends defineError('portico.too-many-attempts', 429) {}

/** How often something may be tried in a while, by somebody at a business. Shared by all processes. */
export interface Limit {
  /** Counts a try. Throws TooManyAttempts once there were too many; nothing is looked at then. */
  count(tenant: Tenant, who: string): Promise<void>;
  /** A try that costs nobody anything, after all. */
  forgive(tenant: Tenant, who: string): Promise<void>;
  /** Whoever it was is known now: the tries before are forgotten. */
  forget(tenant: Tenant, who: string): Promise<void>;
}

/** The limits of an installation. */
export interface Limits {
  /** Signing in, by login (security study 5.2). */
  readonly login: Limit;
  /** Signing in, by network of the visitor. */
  readonly address: Limit;
  /** Giving the current password to choose another one, by user. */
  readonly ownPassword: Limit;
  /** Telling that a part of a page failed in the browser, by user. */
  readonly partFailures: Limit;
  /** Calling open operations, by network of who calls: a storm of webhooks passes, a flood does not. */
  readonly openCalls: Limit;
}

const QUARTER_HOUR = 15 * 60;
const MINUTE = 60;

/** Opens the limits over a pool. What stands in the table names nobody: keys are hashed with the installation's secret. */
export function openLimits(pool: pg.Pool, secret: Buffer): Limits {
  const limit = (keyPrefix: string, points: number, duration = QUARTER_HOUR): Limit => {
    const limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      schemaName: 'portico',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix,
      clearExpiredByTimeout: false,
      points,
      duration,
    } as never);
    const keyOf = (tenant: Tenant, who: string): string => keyedHash(secret, 'rate-limit', tenant.id, who);
    return {
      count: (tenant, who) => consume(limiter, keyOf(tenant, who)),
      forgive: async (tenant, who) => void (await limiter.reward(keyOf(tenant, who))),
      forget: async (tenant, who) => void (await limiter.delete(keyOf(tenant, who))),
    };
  };
  return {
    login: limit('login', 10),
    address: limit('address', 100),
    ownPassword: limit('own-password', 10),
    partFailures: limit('part-failures', 30),
    openCalls: limit('open-calls', LIMITS.openCalls, MINUTE),
  };
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    if (refused instanceof Error) throw refused;
    throw new TooManyAttempts({ seconds: Math.ceil((refused as RateLimiterRes).msBeforeNext / 1000) });
  }
}
