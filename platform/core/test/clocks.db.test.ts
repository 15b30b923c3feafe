import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { LIMITS, type Id } from '@portico/kit';
import { core as coreKey, sql } from '@portico/kit/server';
import { lookAtClock, switchPlugin, workBatch } from '@portico/core';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { bring, mill, miller, sacksOf } from './mill/mill.ts';
import { openMill } from './mill/open-mill.ts';

const portal = await startTestPortal({ plugins: [], loaded: [mill] });
await openMill(portal);
afterAll(() => portal.close());
afterEach(() => vi.useRealTimers());

const ctxOf = (business: TestBusiness) => business.systemCtx('mill');
async function clockOf(business: TestBusiness): Promise<{ id: Id; state: string; stuck_because: string | null }> {
  return (await ctxOf(business).inTenant((tx) =>
    tx.row<{ id: Id; state: string; stuck_because: string | null }>(
      sql`select id, state, stuck_because from portico.processes where kind = 'mill.grinding' order by started_at desc, id desc limit 1`,
    ),
  ))!;
}
const beats = { count: 0 };
const work = (business: TestBusiness, id: Id) => workBatch(business.systemCtx('core'), id, () => void (beats.count += 1));
const look = (business: TestBusiness, id: Id) => lookAtClock(business.systemCtx('core'), id);

describe('a clock, without Temporal', () => {
  it('looks, works what is due, and waits for the rest; its heartbeat goes on to whoever asked', async () => {
    const vale = await portal.business('vale');
    const { id } = await clockOf(vale);
    expect(await look(vale, id)).toMatchObject({ waitMs: 24 * 3_600_000, summary: 'Asleep: nothing is planned' });
    await bring(ctxOf(vale), 2);
    await bring(ctxOf(vale), 1, { hours: 2 });
    expect(await look(vale, id)).toMatchObject({ work: true });
    beats.count = 0;
    await work(vale, id);
    expect([beats.count, await sacksOf(ctxOf(vale))]).toEqual([2, { all: 3, ground: 2, most: 1 }]);
    const next = (await look(vale, id)) as { waitMs: number };
    expect(next.waitMs).toBeGreaterThan(7_190_000);
    expect(next.waitMs).toBeLessThanOrEqual(7_200_000);
  });

  it('is followed by tests as the worker would', async () => {
    const dale = await portal.business('dale');
    await bring(ctxOf(dale), 45);
    await dale.settleProcesses();
    expect(await sacksOf(ctxOf(dale))).toEqual({ all: 45, ground: 45, most: 1 });
  });

  it('that is called off in the middle goes on with the same batch', async () => {
    const glen = await portal.business('glen');
    const { id } = await clockOf(glen);
    await bring(ctxOf(glen), 10);
    let left = 3;
    const dying = workBatch(glen.systemCtx('core'), id, () => {
      left -= 1;
      if (left === 0) throw new Error('the worker died');
    });
    await expect(dying).rejects.toThrow('the worker died');
    expect((await sacksOf(ctxOf(glen))).ground).toBe(3);
    await glen.settleProcesses();
    expect(await sacksOf(ctxOf(glen))).toEqual({ all: 10, ground: 10, most: 1 });
  });

  it('that two workers come to at once has one batch open, and each row is worked once', async () => {
    const weir = await portal.business('weir');
    const { id } = await clockOf(weir);
    await bring(ctxOf(weir), 20);
    miller.batches.length = 0;
    miller.openMs = 100;
    await Promise.all([work(weir, id), work(weir, id)]);
    miller.openMs = 0;
    expect(new Set(miller.batches).size).toBe(1);
    expect(await sacksOf(ctxOf(weir))).toEqual({ all: 20, ground: 20, most: 1 });
  });

  it('that gives no heartbeat is called off', async () => {
    const moor = await portal.business('moor');
    const { id } = await clockOf(moor);
    await bring(ctxOf(moor), 1);
    miller.moods.set('moor', 'hangs');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const tried = miller.tried.length;
    const hanging = work(moor, id).catch((error: unknown) => error);
    while (miller.tried.length === tried) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(LIMITS.clockSilentMs);
    expect(await hanging).toMatchObject({ name: 'TooSlow' });
  });

  it('that goes round without a rest stops at a bound', async () => {
    const ring = await portal.business('ring');
    const { id } = await clockOf(ring);
    await bring(ctxOf(ring), 1);
    miller.moods.set('ring', 'goes-round');
    for (let round = 0; round < LIMITS.clockBatches; round += 1) await work(ring, id);
    expect((await clockOf(ring)).state).toBe('live');
    await work(ring, id);
    expect(await clockOf(ring)).toMatchObject({
      state: 'stuck',
      stuck_because: `it worked more than ${LIMITS.clockBatches} batches in a minute, without a rest`,
    });
    const opened = miller.opened.length;
    await work(ring, id);
    expect([miller.opened.length, await look(ring, id)]).toEqual([opened, { waitMs: 24 * 3_600_000, summary: expect.any(String) }]);
  });

  it('that rests between its batches is not taken for one that goes round', async () => {
    const calm = await portal.business('calm');
    const { id } = await clockOf(calm);
    for (let round = 0; round < LIMITS.clockBatches + 5; round += 1) {
      await bring(ctxOf(calm), 1);
      await work(calm, id);
      await look(calm, id);
    }
    expect((await clockOf(calm)).state).toBe('live');
  }, 60_000);

  it('does nothing while its plugin is off, nor with a row that is over', async () => {
    const fen = await portal.business('fen');
    const { id } = await clockOf(fen);
    await bring(ctxOf(fen), 1);
    await switchPlugin(fen.systemCtx('core'), 'mill', false);
    await work(fen, id);
    expect([await look(fen, id), (await sacksOf(ctxOf(fen))).ground]).toEqual([{ done: 'switched-off' }, 0]);
  });
});

it('the count of processes that would rest does not count clocks: they end', async () => {
  const wold = await portal.business('wold');
  const states = await wold.systemCtx('core').use(coreKey).plugins();
  expect(states.find(({ id }) => id === 'mill')?.liveProcesses).toBe(0);
});
