import { setTimeout as pause } from 'node:timers/promises';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { actingAsOwner, anActiveSubscription } from '../testing.ts';

const portal = await startTestPortal({ worker: true });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');

const invitationsSent = async (): Promise<number> => {
  const messages = (await (await fetch(`${portal.mailbox!.url}/api/messages`)).json()) as { subject: string }[];
  return messages.filter(({ subject }) => subject.includes('invites you')).length;
};
async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('it did not happen within 30 s');
    await pause(50);
  }
}

describe('a first payment while the worker is down (S1)', () => {
  it('invites once when it is back; the second plan invites nobody (R-0.1, R-0.3)', async () => {
    const customer = await aCustomer(alpha);
    await portal.worker!.stop();
    await anActiveSubscription(await actingAsOwner(alpha), customer, { amount: 9_900 });
    await pause(500);
    expect(await invitationsSent()).toBe(0);
    await portal.startWorker();
    await until(async () => (await invitationsSent()) > 0);
    await anActiveSubscription(await actingAsOwner(alpha), customer, { amount: 4_900 });
    // the receipt of a second payment travels the same road as a second invitation would
    await pause(1_000);
    expect(await invitationsSent()).toBe(1);
  });
});
