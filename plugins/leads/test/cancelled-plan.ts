import { setTimeout as pause } from 'node:timers/promises';
import type { Id, Instant } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestBusiness } from '@portico/testing';

/** All that must agree about a cancellation once it is settled. */
export interface Settled {
  readonly subscription: string;
  readonly cancellation: string;
  readonly queue: Readonly<Record<string, number>>;
  readonly order: string;
  /** How its process ended; null while it is open. */
  readonly outcome: string | null;
  readonly steps: readonly string[];
  readonly mails: readonly string[];
}

/** It goes on as if nothing had been: renews, leads queued. */
export const renews = { subscription: 'active', cancellation: 'undone', order: 'open', outcome: 'undone' } as const;
/** It is over: leads out, told once. */
export const isOver = { subscription: 'ended', cancellation: 'ended', order: 'closed', outcome: 'cancelled' } as const;

/** Reads it all in one transaction, as of one moment. */
export const readSettled = (business: TestBusiness, cancellationId: Id): Promise<Settled> =>
  business.systemCtx('leads').inTenant(
    async (tx) =>
      (await tx.row<Settled>(sql`select s.state as subscription, c.state as cancellation, o.state as "order", p.outcome,
        (select coalesce(jsonb_object_agg(q.state, q.count), '{}') from (select e.state, count(*) from leads.queue_entries e where e.subscription_id = s.id group by e.state) q) as queue,
        (select coalesce(jsonb_agg(t.step order by t.position), '[]') from portico.process_steps t where t.process_id = p.id) as steps,
        (select coalesce(jsonb_agg(m.template order by m.created_at, m.id), '[]') from portico.mails m
          where m.data ->> 'subscriptionId' = s.id::text) as mails
      from billing.cancellations c join billing.subscriptions s on s.id = c.subscription_id
      join leads.lead_orders o on o.subscription_id = s.id
      left join portico.processes p on p.kind = 'billing.cancellation' and p.subject = c.id
      where c.id = ${cancellationId}`))!,
  );

/** Waits until it holds, half a minute at most. */
export async function until(what: string, look: () => Promise<boolean>, seconds = 30): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await pause(50);
  }
}

/** The business's now. */
export const nowOf = (ctx: Ctx): Promise<Instant> => ctx.inTenant(async (tx) => tx.ctx.clock.now());

/** The end of the undo window of a cancellation. */
export const endOf = (business: TestBusiness, cancellationId: Id): Promise<Instant> =>
  business.systemCtx('leads').inTenant(async (tx) => {
    const row = await tx.row<{ at: Instant }>(sql`select takes_effect_at as at from billing.cancellations where id = ${cancellationId}`);
    return row!.at;
  });
