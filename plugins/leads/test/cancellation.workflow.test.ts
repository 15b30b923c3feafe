import { workflowIdOf } from '@portico/core';
import { msBetween, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { actingAsOwner, undoCancellation } from '@portico/plugin-billing/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { endOf, isOver, nowOf, readSettled, renews, until } from './cancelled-plan.ts';
import { openLeadMarket } from './lead-market.ts';
import { cancelPlan, sellPlan } from './plan-market.ts';
import { recordHistory } from './record-history.ts';

const portal = await startTestPortal({ worker: true });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const market = await openLeadMarket(alpha);
const customer = await market.account('Harbor Roofing');
let place = 97_000;

/** A plan with two leads in the queue, and its cancellation. */
async function aCancellation(): Promise<{ id: Id; subscriptionId: Id }> {
  const { subscriptionId } = await sellPlan(market, customer, String((place += 1)));
  return { subscriptionId, id: await cancelPlan(await actingAsOwner(alpha), subscriptionId) };
}

const steps = async (id: Id) => (await readSettled(alpha, id)).steps;
const hasTaken = (id: Id, wanted: readonly string[]) => until(wanted.join(), async () => JSON.stringify(await steps(id)) === JSON.stringify(wanted));

async function goPast(at: string): Promise<void> {
  await alpha.advance(`PT${Math.ceil(msBetween(await nowOf(market.owner), at) / 1000)}S`);
}

const plannedAt = (id: Id) => endOf(alpha, id);

/** When its workflow has found out as well. */
async function isRecorded(id: Id, outcome: string): Promise<void> {
  const row = await market.owner.inTenant((tx) => tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id}`));
  const workflow = workflowIdOf(alpha.tenant.id, 'billing.cancellation', row!.id);
  const handle = portal.worker!.temporal.workflow.getHandle(workflow);
  // an undone one sleeps until its hour; it looks at its rows when it is woken
  if (outcome === 'undone') await handle.signal('nudge');
  await handle.result();
  await recordHistory(portal.worker!.temporal, workflow, outcome);
}

describe('A cancellation on a real Temporal server (S5)', () => {
  it('nobody undoes it: nothing is done until the clock has passed the window, then the plan ends, once, and its leads leave (R-0.23, R-0.24)', async () => {
    const { id } = await aCancellation();
    await hasTaken(id, ['confirm-request']);
    expect(await readSettled(alpha, id)).toMatchObject({ subscription: 'cancelling', queue: { held: 2 }, order: 'open', outcome: null });
    await goPast(await plannedAt(id));
    await hasTaken(id, ['confirm-request', 'apply-effects', 'confirm-end']);
    await until('the process ends', async () => (await readSettled(alpha, id)).outcome !== null);
    expect(await readSettled(alpha, id)).toMatchObject({ ...isOver, queue: { withdrawn: 2 }, mails: ['cancellation-begun', 'cancellation-ended'] });
    await isRecorded(id, 'cancelled');
  });

  it('somebody undoes it: over at once, and when the clock passes the window nothing happens', async () => {
    const { id } = await aCancellation();
    await hasTaken(id, ['confirm-request']);
    const at = await plannedAt(id);
    await undoCancellation(await actingAsOwner(alpha), id);
    await isRecorded(id, 'undone');
    await goPast(at);
    expect(await readSettled(alpha, id)).toMatchObject({ ...renews, queue: { queued: 2 }, mails: ['cancellation-begun'], steps: ['confirm-request'] });
  });

  it('cancel, undo, cancel again while nobody works: when the worker is back only the second one counts', async () => {
    await portal.worker!.stop();
    const { id: first, subscriptionId } = await aCancellation();
    await undoCancellation(await actingAsOwner(alpha), first);
    const second = await cancelPlan(await actingAsOwner(alpha), subscriptionId);
    expect(second).not.toBe(first);
    expect(await steps(second)).toEqual([]);
    await portal.startWorker();
    await hasTaken(second, ['confirm-request']);
    await goPast(await plannedAt(second));
    await until('the second one ends', async () => (await readSettled(alpha, second)).outcome === 'cancelled');
    expect(await readSettled(alpha, second)).toMatchObject({ ...isOver, queue: { withdrawn: 2 }, mails: ['cancellation-begun', 'cancellation-ended'] });
    expect(await readSettled(alpha, first)).toMatchObject({ cancellation: 'undone', outcome: 'undone', steps: [] });
  });
});
