import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { listParked } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';

const rained = defineEvent('sky.rained', { payload: z.object({ cloudId: z.uuid(), drops: z.number() }), subject: (p) => p.cloudId });
/** Drops that no barrel holds. */
const HAIL = -1;
const TOLD_AT_ONCE = 100;

const calls: number[][] = [];
const puddles: number[] = [];
const portal = await startTestPortal({
  plugins: [],
  loaded: [
    testPlugin({ id: 'sky' }),
    testPlugin(
      { id: 'barrel', requires: { sky: '^1.0' } },
      {
        hooks: [
          rained.reactToMany(async (_ctx, events) => {
            const drops = events.map(({ payload }) => payload.drops);
            calls.push(drops);
            if (drops.includes(HAIL)) throw new Error('the barrel has a hole');
          }),
          rained.react(async (_ctx, { drops }) => void puddles.push(drops), { when: ({ drops }) => drops > 1_000 }),
        ],
      },
    ),
  ],
});
afterAll(() => portal.close());
afterEach(() => {
  calls.length = 0;
  puddles.length = 0;
});
const alpha = await portal.business('alpha');
const sky = alpha.systemCtx('sky');
const rain = (drops: readonly number[]): Promise<void> =>
  sky.inTenant((tx) =>
    tx.publishAll(
      rained,
      drops.map((one) => ({ cloudId: sky.newId(), drops: one })),
    ),
  );
const stored = async (handler: number): Promise<number> =>
  (await sky.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from portico.event_deliveries where handler = ${handler}`)))!.count;

describe('a handler that reacts to many', () => {
  it('is given all that wait in few calls, each event once', async () => {
    const drops = Array.from({ length: 3 * TOLD_AT_ONCE }, (_, at) => at);
    await rain(drops);
    await alpha.settleEvents();
    expect(calls.flat().toSorted((a, b) => a - b)).toEqual(drops);
    expect(calls.map((call) => call.length)).toEqual([TOLD_AT_ONCE, TOLD_AT_ONCE, TOLD_AT_ONCE]);
  });

  it('is told one by one what it could not take together, and only the bad one fails', async () => {
    await rain([1, HAIL, 3]);
    await alpha.settleEvents();
    expect(calls[0]).toEqual([1, HAIL, 3]);
    expect(calls.slice(1, 4)).toEqual([[1], [HAIL], [3]]);
    const states = await sky.inTenant((tx) =>
      tx.rows<{ drops: number; state: string; tries: number }>(
        sql`select (payload->>'drops')::int as drops, state, tries from portico.event_deliveries where (payload->>'drops')::int in (1, 3, ${HAIL}) and created_at >= (
          select created_at from portico.event_deliveries where (payload->>'drops')::int = ${HAIL}) and handler = 0 order by drops`,
      ),
    );
    expect(states).toEqual([
      { drops: HAIL, state: 'waiting', tries: 1 },
      { drops: 1, state: 'delivered', tries: 1 },
      { drops: 3, state: 'delivered', tries: 1 },
    ]);
    expect((await listParked(alpha.systemCtx('core'), { limit: 10, sort: '-since' })).data).toEqual([]);
  });
});

describe('a handler that wants only some events', () => {
  it('is told of those, and nothing is stored of the others', async () => {
    const before = await stored(1);
    await rain([2, 2_000, 3]);
    await alpha.settleEvents();
    expect(puddles).toEqual([2_000]);
    expect((await stored(1)) - before).toBe(1);
  });
});
