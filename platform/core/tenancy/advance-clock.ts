import { addDuration, defineError, instantOf, msBetween, type Instant } from '@portico/kit';
import { sql, type Tenant } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import type { Core } from '../core.ts';
import { realClock } from '../observe/real-clock.ts';
import { wakeAll } from '../processes/process-rows.ts';

/** The clock of a business is only moved in demonstration and test installations. */
export class ClockLocked extends defineError('portico.clock-locked', 403) {}

/**
 * Moves a business's clock forward by an ISO 8601 duration and wakes its open processes, which then do what has become
 * due, on the real worker. The offset only grows. Throws ClockLocked; RangeError on a duration that is none or negative.
 */
export async function advanceClock(core: Core, tenant: Tenant, duration: string): Promise<{ now: Instant; woken: number }> {
  if (!core.config.clockMovable) throw new ClockLocked();
  return core.systemContext(tenant, 'core').inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    const now = tx.ctx.clock.now();
    const later = addDuration(now, duration, tenant.zone);
    const byMs = msBetween(now, later);
    if (byMs < 0) throw new RangeError('a business clock only moves forward');
    const row = await tx.row<{ clock_offset_ms: number }>(
      sql`update portico.tenants set clock_offset_ms = clock_offset_ms + ${byMs} where id = ${tenant.id} returning clock_offset_ms`,
    );
    const woken = await wakeAll(tx);
    return { now: instantOf(realClock.ms() + row!.clock_offset_ms), woken };
  });
}
