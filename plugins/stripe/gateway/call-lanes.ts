import { setTimeout as pause } from 'node:timers/promises';
import { sql, type Ctx } from '@portico/kit/server';
import type { StripeInstallation } from '../plugin.ts';
import { inTurn } from './in-turn.ts';

/** Calls of one context at one endpoint that wait for their places. */
interface Queue {
  readonly waiting: { readonly go: () => void; readonly fail: (error: unknown) => void }[];
  isServed: boolean;
}

/** So many places are taken at once at most: whoever comes next, in any process, waits no longer than these take. */
const MOST_AT_ONCE = 20;
/** Time that nobody used may be made up for, this much of it: far less than the second that Stripe's own bucket holds. */
const BURST_MS = 400;

const queues = new WeakMap<Ctx, Map<string, Queue>>();

/**
 * Waits for this business's next place at an endpoint of Stripe. The places stand in the database, so that all processes
 * together stay within the account's limits and nobody is refused (https://docs.stripe.com/rate-limits).
 * @param endpoint method and path as Stripe counts them: `POST /v1/payment_intents`
 */
export async function placeFor(ctx: Ctx, endpoint: string): Promise<void> {
  if (gapsOf(ctx, endpoint).length === 0) return;
  const mine = queues.get(ctx) ?? new Map<string, Queue>();
  queues.set(ctx, mine);
  const queue = mine.get(endpoint) ?? { waiting: [], isServed: false };
  mine.set(endpoint, queue);
  await new Promise<void>((go, fail) => {
    queue.waiting.push({ go, fail });
    if (!queue.isServed) void serve(ctx, endpoint, queue);
  });
}

// Never rejects: what fails, fails for those who wait.
async function serve(ctx: Ctx, endpoint: string, queue: Queue): Promise<void> {
  queue.isServed = true;
  try {
    while (queue.waiting.length > 0) {
      const asked = Math.min(queue.waiting.length, MOST_AT_ONCE);
      const lanes = await takePlaces(ctx, endpoint, asked);
      const from = performance.now();
      for (let at = 0; at < asked; at += 1) {
        const place = from + Math.max(...lanes.map(({ wait, gap }) => wait + at * gap));
        const left = place - performance.now();
        if (left >= 1) await pause(left);
        queue.waiting.shift()!.go();
      }
    }
  } catch (error) {
    for (const { fail } of queue.waiting.splice(0)) fail(error);
  } finally {
    queue.isServed = false;
  }
}

/** How far places are apart, in milliseconds, in each lane that binds a call: that of the account, and that of its endpoint. */
function gapsOf(ctx: Ctx, endpoint: string): { readonly id: string; readonly lane: string; readonly gap: number }[] {
  const { callsPerSecond, callsPerEndpoint } = ctx.installation<StripeInstallation>();
  const bounds = [
    { lane: '*', perSecond: callsPerSecond },
    { lane: endpoint, perSecond: callsPerEndpoint },
  ];
  return bounds.filter(({ perSecond }) => perSecond > 0).map(({ lane, perSecond }) => ({ id: ctx.newId(), lane, gap: 1_000 / perSecond }));
}

// In milliseconds of this machine's clock: no business time. `wait`: until the first of these places; less than nothing where
// time is made up for. Clocks of machines that differ only let the slower one wait longer.
async function takePlaces(ctx: Ctx, endpoint: string, count: number): Promise<{ wait: number; gap: number }[]> {
  const now = performance.timeOrigin + performance.now();
  const taken = await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.rows<{ gap: number; next: number }>(sql`insert into stripe.call_lanes as l (id, lane, gap_ms, next_ms)
        select b.id, b.lane, b.gap, ${now - BURST_MS}::double precision + ${count}::double precision * b.gap
        from jsonb_to_recordset(${JSON.stringify(gapsOf(ctx, endpoint))}::jsonb) as b(id uuid, lane text, gap double precision) order by b.lane
        on conflict (tenant_id, lane) do update set gap_ms = excluded.gap_ms, next_ms =
          greatest(l.next_ms, ${now - BURST_MS}::double precision) + ${count}::double precision * excluded.gap_ms
        returning l.gap_ms as gap, l.next_ms as next`),
    ),
  );
  const read = performance.timeOrigin + performance.now();
  return taken.map(({ gap, next }) => ({ gap, wait: next - count * gap - read }));
}
