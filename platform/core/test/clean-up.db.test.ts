import { afterAll, describe, expect, it } from 'vitest';
import { joinSql, sql } from '@portico/kit/server';
import { openCore, openRelay, readConfig } from '@portico/core';
import { startTestPortal } from '@portico/testing';
import { cleanUp, takeAway } from '../dispatch/clean-up.ts';

const portal = await startTestPortal({ plugins: [] });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const beta = await portal.business('beta');

const STATES = { event: ['waiting', 'resting', 'delivered', 'parked'], mail: ['waiting', 'sending', 'sent', 'unknown', 'dropped', 'parked'] };
/** Rows of every state, so many days old. */
const fill = (business: typeof alpha, days: number, many = 1) =>
  business.systemCtx('core').inTenant(async (tx) => {
    const at = sql`${tx.ctx.clock.now()}::timestamptz - make_interval(days => ${days})`;
    await tx.run(sql`insert into portico.event_deliveries (id, point, plugin_id, handler, subject, seq, payload, state, created_at, settled_at)
      select gen_random_uuid(), 'p', 'x', 0, gen_random_uuid(), 1, '{}', s, ${at}, ${at} from unnest(${STATES.event}::text[]) s, generate_series(1, ${many})`);
    await tx.run(sql`insert into portico.mails (id, plugin_id, template, user_id, data, message_id, state, created_at, settled_at)
      select gen_random_uuid(), 'x', 't', ${business.ownerId}, '{}', '<m>', s, ${at}, ${at} from unnest(${STATES.mail}::text[]) s, generate_series(1, ${many})`);
  });
const count = (business: typeof alpha) =>
  business.systemCtx('core').inTenant((tx) =>
    tx.row<{ delivered: number; sent: number; others: number }>(sql`select
      (select count(*) from portico.event_deliveries where state = 'delivered') as delivered, (select count(*) from portico.mails where state = 'sent') as sent,
      (select count(*) from portico.event_deliveries where state <> 'delivered') + (select count(*) from portico.mails where state <> 'sent') as others`),
  );

describe('what was delivered or sent long ago', () => {
  it('goes after 90 days, a small batch at a time; what is younger, or not done, stays; and other businesses’ stays', async () => {
    await fill(alpha, 91, 700);
    await fill(alpha, 89, 10);
    await fill(beta, 91);
    const before = (await count(alpha))!;
    expect(before).toMatchObject({ delivered: 710, sent: 710 });
    expect(await cleanUp(alpha.systemCtx('core'), 90)).toBe(true);
    expect(await count(alpha)).toEqual({ delivered: 210, sent: 210, others: before.others });
    expect(await cleanUp(alpha.systemCtx('core'), 90)).toBe(false);
    expect(await count(alpha)).toEqual({ delivered: 10, sent: 10, others: before.others });
    expect(await cleanUp(alpha.systemCtx('core'), 90)).toBe(false);
    expect(await count(beta)).toMatchObject({ delivered: 1, sent: 1 });
  });

  it('goes by itself, at every business, while the relay has nothing else to do; the operator says after how many days', async () => {
    await fill(beta, 40);
    const short = await openCore({ config: readConfig({ ...portal.environment, PORTICO_KEEP_DAYS: '30' }), plugins: [] });
    await short.pool.query(`delete from portico.due_work`);
    const relay = openRelay(short, {});
    relay.start();
    try {
      await expect
        .poll(async () => [await count(alpha), await count(beta)], { timeout: 10_000 })
        .toMatchObject([
          { delivered: 0, sent: 0 },
          { delivered: 0, sent: 0 },
        ]);
    } finally {
      await relay.stop();
      await short.close();
    }
    expect(await count(beta)).toMatchObject({ others: 16 });
  });

  it('is found by an index, however much there is', async () => {
    await fill(alpha, 1, 5_000);
    const plans = await alpha
      .systemCtx('core')
      .inTenant((tx) => Promise.all(takeAway(alpha.tenant.id, tx.ctx.clock.now()).map((statement) => tx.rows(joinSql([sql`explain`, statement], ' ')))));
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      expect(JSON.stringify(plan)).toMatch(/Index Scan Backward using (event_deliveries_parked|mails_state)/);
      expect(JSON.stringify(plan)).not.toMatch(/Seq Scan|Sort/);
    }
  });
});
