import { setTimeout as pause } from 'node:timers/promises';
import { msBetween, type Id } from '@portico/kit';
import { core } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, undoCancellation } from '@portico/plugin-billing/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endOf, isOver, nowOf, readSettled, renews, until, type Settled } from './cancelled-plan.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';
import { cancelPlan, sellPlan } from './plan-market.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** The first round is clearly early, the second clearly late. */
const ROUNDS = Math.max(2, Number(process.env['PORTICO_ROUNDS'] ?? 5));
/** All others are run within so many milliseconds around the end of the window. */
const AROUND_MS = 50;
const CLEARLY_MS = 1_000;
/** The clock is moved to so long before the end. */
const BEFORE_MS = 1_500;

const portal = await startTestPortal({ worker: true });
let worker: WorkerProcess | undefined;
let business: TestBusiness;
let market: LeadMarket;
let customer: TestCustomer;

beforeAll(async () => {
  business = await portal.business('racing');
  market = await openLeadMarket(business);
  customer = await market.account('Harbor Roofing');
  await business.systemCtx('core').use(core).saveSettings('billing', { undoMinutes: 1 });
  await portal.worker!.stop();
});
afterAll(async () => {
  await worker?.kill();
  await portal.close();
});

const around = (): number => Math.round((Math.random() * 2 - 1) * AROUND_MS);
/** So long after the end of the window Undo is pressed in a round. */
const pressedAfter = (round: number): number => [-CLEARLY_MS, CLEARLY_MS][round] ?? around();

/** Undo is pressed so long after the end of the window; in a round that kills, the worker dies around the end. Answers whether Undo was taken. */
async function race(cancellationId: Id, endsAt: string, pressed: number, kills: boolean): Promise<boolean> {
  const owner = await actingAsOwner(business);
  await business.advance(`PT${(msBetween(await nowOf(market.owner), endsAt) - BEFORE_MS) / 1000}S`);
  const left = msBetween(await nowOf(market.owner), endsAt);
  const killed = kills ? pause(Math.max(0, left + around())).then(() => worker!.kill()) : Promise.resolve();
  await pause(Math.max(0, left + pressed));
  const [undone] = await Promise.allSettled([undoCancellation(owner, cancellationId), killed]);
  await killed;
  return undone!.status === 'fulfilled';
}

const isSettled = ({ outcome, mails }: Settled): boolean => outcome === 'undone' || (outcome === 'cancelled' && mails.length === 2);

describe('Cancel against undo at the very end of the window (S5)', () => {
  it(`ends as one of the two, whole, ${ROUNDS} rounds with the worker killed in half of them`, { timeout: 60_000 + ROUNDS * 60_000 }, async () => {
    const counts = { renews: 0, over: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      worker ??= await startWorkerProcess(portal);
      const { subscriptionId } = await sellPlan(market, customer, String(10_000 + round));
      const owner = await actingAsOwner(business);
      const cancellationId = await cancelPlan(owner, subscriptionId);
      await until('the request is confirmed', async () => (await readSettled(business, cancellationId)).steps.length === 1);
      const endsAt = await endOf(business, cancellationId);
      const kills = round % 2 === 0;
      const wasUndone = await race(cancellationId, endsAt, pressedAfter(round), kills);
      if (kills) worker = await startWorkerProcess(portal);
      await until('it is settled', async () => isSettled(await readSettled(business, cancellationId)), 90);
      const settled = await readSettled(business, cancellationId);
      if (wasUndone) expect(settled).toMatchObject({ ...renews, queue: { queued: 2 }, mails: ['cancellation-begun'], steps: ['confirm-request'] });
      else
        expect(settled).toMatchObject({
          ...isOver,
          queue: { withdrawn: 2 },
          mails: ['cancellation-begun', 'cancellation-ended'],
          steps: ['confirm-request', 'apply-effects', 'confirm-end'],
        });
      counts[wasUndone ? 'renews' : 'over'] += 1;
    }
    expect(counts.renews, 'it was undone').toBeGreaterThan(0);
    expect(counts.over, 'it was too late').toBeGreaterThan(0);
  });
});
