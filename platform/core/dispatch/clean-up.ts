import { hoursAfter, type Id, type Instant } from '@portico/kit';
import { sql, type Sql, type Tenant } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { Core } from '../core.ts';
import { realClock } from '../observe/real-clock.ts';

/** So many of each kind at once: a moment's work, beside which nobody waits. */
export const AT_ONCE = 500;
/** Each business is looked at so often. */
const EVERY_MS = 60 * 60_000;

/** What takes away the oldest deliveries and mails that were done before an instant. Nobody's row that is in use is waited for. */
export const takeAway = (tenantId: Id, before: Instant): readonly Sql[] => [
  // by the index of the lists of parked ones, which begins with the state
  sql`delete from portico.event_deliveries where tenant_id = ${tenantId} and id = any(array(
    select id from portico.event_deliveries where tenant_id = ${tenantId} and state = 'delivered' and created_at < ${before}
    order by created_at, id limit ${AT_ONCE} for update skip locked))`,
  sql`delete from portico.mails where tenant_id = ${tenantId} and id = any(array(
    select id from portico.mails where tenant_id = ${tenantId} and state = 'sent' and created_at < ${before}
    order by created_at, id limit ${AT_ONCE} for update skip locked))`,
];

/** Takes away a batch of what was delivered or sent, and written so many days ago. Answers whether there may be more. */
export async function cleanUp(context: HostContext, keepDays: number): Promise<boolean> {
  return context.inTenant(async (tx) => {
    let more = false;
    for (const statement of takeAway(context.tenant.id, hoursAfter(tx.ctx.clock.now(), -24 * keepDays))) more = (await tx.run(statement)) === AT_ONCE || more;
    return more;
  });
}

/** Cleans up in small pieces, one business after the other, whenever there is nothing else to do. */
export function openCleanUp(core: Core): { step(): Promise<void> } {
  let left: Tenant[] = [];
  let nextSweepMs = 0;
  return {
    async step() {
      if (left.length === 0) {
        if (realClock.ms() < nextSweepMs) return;
        nextSweepMs = realClock.ms() + EVERY_MS;
        left = [...(await core.tenants.all())];
      }
      const tenant = left[0];
      if (!tenant) return;
      // one that fails has its turn again in an hour
      left.shift();
      if (await cleanUp(core.systemContext(tenant, 'core'), core.config.keepDays)) left.unshift(tenant);
    },
  };
}
