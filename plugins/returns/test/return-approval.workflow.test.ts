import { setTimeout as pause } from 'node:timers/promises';
import { workflowIdOf } from '@portico/core';
import { afterAll, describe, expect, it } from 'vitest';
import { hoursAfter, type Id, msBetween } from '@portico/kit';
import { type ProcessTimeline, sql } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal } from '@portico/testing';
import { decideReturn } from '../decide-return.ts';
import { readReturn, readReturnTimeline } from '../read-return.ts';
import { requestReturn } from '../request-return.ts';
import { withdrawReturn } from '../withdraw-return.ts';
import { receivedOf, setRules, theFirst } from './returning-business.ts';
import { recordHistory } from './record-history.ts';

const portal = await startTestPortal({ worker: true });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
await until(async () => (await alpha.ctxOf('owner', 'returns')).may('decide', 'LeadReturn'));
const customer = await aCustomer(alpha);
const { leadIds, orderId } = await deliveredLeads(alpha, customer, { count: 300 });
let next = 0;

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('it did not happen within 30 s');
    await pause(50);
  }
}

const asked = async (reason = 'Wrong number', leadId?: Id): Promise<Id> => {
  next += 1;
  return (await requestReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), { leadId: leadId ?? leadIds[next] ?? '', reason, note: '' })).id;
};
const timelineOf = async (id: Id): Promise<ProcessTimeline> => readReturnTimeline(await alpha.ctxOf(customer.admin.userId, 'returns'), id);
const pastOf = async (id: Id): Promise<readonly string[]> => (await timelineOf(id)).past.map(({ key }) => key);
const hasTaken = (id: Id, steps: readonly string[]) => until(async () => JSON.stringify(await pastOf(id)) === JSON.stringify(steps));
const hasEnded = (id: Id) => until(async () => (await timelineOf(id)).state === 'ended');
const workflowOf = async (id: Id): Promise<string> => {
  const row = await alpha.systemCtx('returns').inTenant((tx) => tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id}`));
  return workflowIdOf(alpha.tenant.id, 'returns.approval', row?.id ?? '');
};
/** When its workflow has found out as well. */
async function isRecorded(id: Id, outcome: string): Promise<void> {
  const { temporal } = portal.worker!;
  const workflowId = await workflowOf(id);
  await temporal.workflow.getHandle(workflowId).result();
  await recordHistory(temporal, workflowId, outcome);
}

const mailsTo = async (subject: string) => {
  const mailbox = portal.mailbox!;
  const messages = (await (await fetch(`${mailbox.url}/api/messages`)).json()) as { subject: string; to: unknown; text: string }[];
  return messages.filter((message) => message.subject.includes(subject));
};

const UNTOUCHED = ['confirm-to-customer', 'ask-plugins', 'tell-staff', 'remind-staff', 'warn-owner', 'apply-deadline-rule', 'book-outcome', 'tell-customer'];

describe('A return on a real Temporal server (S3)', () => {
  it('untouched: as the clock moves to each planned instant, exactly what was planned happens, and each mail goes out once', async () => {
    const before = await receivedOf(alpha, orderId);
    const id = await asked();
    await hasTaken(id, UNTOUCHED.slice(0, 3));
    const { planned } = await timelineOf(id);
    expect(planned.map(({ key }) => key)).toEqual(UNTOUCHED.slice(3));
    for (const at of [...new Set(planned.map((step) => step.at))]) {
      const now = await alpha.systemCtx('returns').inTenant(async (tx) => tx.ctx.clock.now());
      await alpha.advance(`PT${Math.ceil(msBetween(now, at) / 1000)}S`);
      const due = planned.filter((step) => step.at <= at).map(({ key }) => key);
      await hasTaken(id, [...UNTOUCHED.slice(0, 3), ...due]);
      expect((await timelineOf(id)).planned.map(({ key }) => key)).toEqual(planned.filter((step) => step.at > at).map(({ key }) => key));
    }
    await hasEnded(id);
    expect(await readReturn(alpha.systemCtx('returns'), id)).toMatchObject({ status: 'approved', decidedBy: 'deadline' });
    expect(await receivedOf(alpha, orderId)).toBe(before - 1);
    const subjects = ['We got your return', 'A return waits for you', 'Still waiting', 'Nearly due', 'Your return of'];
    await until(async () => (await mailsTo('Your return of')).length > 0);
    for (const subject of subjects) expect(await mailsTo(subject)).toHaveLength(1);
    const decided = (await mailsTo('Your return of'))[0]!;
    expect(decided.text).toContain(`/returns/${id}`);
    expect(decided.text).toContain('Approved');
    await isRecorded(id, 'deadline');
  });

  it('approved by a plugin: staff are never asked', async () => {
    const yesterday = hoursAfter(await alpha.systemCtx('returns').inTenant(async (tx) => tx.ctx.clock.now()), -24);
    const { typeId } = await deliveredLeads(alpha, customer, { count: 1, phone: '+15035550188', at: yesterday });
    const later = await deliveredLeads(alpha, customer, { count: 20, phone: '+15035550188', typeId });
    const id = await asked('Duplicate', theFirst(later.leadIds));
    await hasTaken(id, ['confirm-to-customer', 'ask-plugins', 'book-outcome', 'tell-customer']);
    await isRecorded(id, 'approved-by-plugin');
  });

  it('approved by staff: the rest is booking and telling', async () => {
    const id = await asked();
    await hasTaken(id, UNTOUCHED.slice(0, 3));
    await decideReturn(await alpha.ctxOf('owner', 'returns'), id, { outcome: 'approved', because: '' });
    await hasTaken(id, [...UNTOUCHED.slice(0, 3), 'book-outcome', 'tell-customer']);
    await isRecorded(id, 'approved-by-staff');
  });

  it('denied by staff: the customer is told, nothing is booked', async () => {
    const id = await asked();
    await hasTaken(id, UNTOUCHED.slice(0, 3));
    await decideReturn(await alpha.ctxOf('owner', 'returns'), id, { outcome: 'denied', because: 'It was answered' });
    await hasTaken(id, [...UNTOUCHED.slice(0, 3), 'tell-customer']);
    await isRecorded(id, 'denied-by-staff');
  });

  it('withdrawn: over at once', async () => {
    const id = await asked();
    await hasTaken(id, UNTOUCHED.slice(0, 3));
    await withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), id);
    expect(await timelineOf(id)).toMatchObject({ state: 'ended', outcome: 'withdrawn', planned: [] });
    await portal.worker!.temporal.workflow.getHandle(await workflowOf(id)).signal('nudge');
    await isRecorded(id, 'withdrawn');
  });

  it('the business denies at the deadline', async () => {
    await setRules(alpha, { atDeadline: 'deny', decisionHours: 1 });
    const id = await asked();
    await setRules(alpha, { atDeadline: 'approve', decisionHours: 48 });
    await hasTaken(id, UNTOUCHED.slice(0, 3));
    await alpha.advance('PT2H');
    await hasTaken(
      id,
      UNTOUCHED.filter((step) => step !== 'book-outcome'),
    );
    await isRecorded(id, 'deadline-denied');
  });
});

describe('A return while nobody works (S3, R-1.33)', () => {
  it('is asked for and decided with the worker down; when it is back, exactly the rest happens', async () => {
    await portal.worker!.stop();
    const [waits, decided] = [await asked(), await asked()];
    await decideReturn(await alpha.ctxOf('owner', 'returns'), decided, { outcome: 'denied', because: 'It was answered' });
    expect(await pastOf(waits)).toEqual([]);
    expect((await timelineOf(waits)).planned.map(({ key }) => key)).toEqual(UNTOUCHED);
    await portal.startWorker();
    await hasTaken(decided, ['tell-customer']);
    await hasTaken(waits, UNTOUCHED.slice(0, 3));
  });
});
