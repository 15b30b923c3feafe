import { setTimeout as pause } from 'node:timers/promises';
import { workflowIdOf } from '@portico/core';
import { msBetween, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { AcceptInvitation, acceptInvitation } from '../invitation/accept-invitation.ts';
import { followInvitation, type FollowedInvitation } from '../invitation/invitation.queries.ts';
import { inviteAdmins } from '../invitation/invite-admins.ts';
import { sendAgain } from '../invitation/send-again.ts';
import { aCustomer, type TestCustomer } from '../testing.ts';
import { recordHistory } from './record-history.ts';

const portal = await startTestPortal({ worker: true });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
await until(async () => (await alpha.ctxOf('owner', 'accounts')).may('send', 'Invitation'));
const owner = await alpha.ctxOf('owner', 'accounts');

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('it did not happen within 30 s');
    await pause(50);
  }
}

const nobody = (): Ctx => alpha.systemCtx('accounts').child('accounts', { kind: 'nobody', id: owner.actor.id, name: '', roles: [] });
const invite = ({ accountId }: TestCustomer, cause: Id = owner.newId()) => inviteAdmins(alpha.systemCtx('accounts'), { accountId, cause });
const followed = async ({ accountId }: TestCustomer): Promise<FollowedInvitation> => (await followInvitation(owner, accountId))!;
const pastOf = async (customer: TestCustomer) => (await followed(customer)).timeline.past.map(({ key }) => key);
const hasTaken = (customer: TestCustomer, steps: readonly string[]) => until(async () => JSON.stringify(await pastOf(customer)) === JSON.stringify(steps));
const hasEnded = (customer: TestCustomer, outcome: string) => until(async () => (await followed(customer)).timeline.outcome === outcome);

/** The links that have arrived at somebody, oldest first. */
async function linksOf({ admin }: TestCustomer): Promise<string[]> {
  const user = await owner.inTenant((tx) => tx.users.find(admin.userId));
  const messages = (await (await fetch(`${portal.mailbox!.url}/api/messages?to=${encodeURIComponent(user!.email!)}`)).json()) as {
    html: string;
    text: string;
  }[];
  return messages.toReversed().map(({ text, html }) => /\/invitation\/([\w.-]+)/.exec(html ?? text)?.[1] ?? '');
}
const hasMails = (customer: TestCustomer, count: number) => until(async () => (await linksOf(customer)).length === count);

async function goTo(at: string): Promise<void> {
  const now = await alpha.systemCtx('accounts').inTenant(async (tx) => tx.ctx.clock.now());
  await alpha.advance(`PT${Math.ceil(msBetween(now, at) / 1000)}S`);
}

async function workflowOf(customer: TestCustomer): Promise<string> {
  const { id } = await followed(customer);
  const row = await owner.inTenant((tx) =>
    tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id} order by started_at desc, id desc limit 1`),
  );
  return workflowIdOf(alpha.tenant.id, 'accounts.invitation', row!.id);
}
/** When its workflow has found out as well. */
async function isRecorded(customer: TestCustomer, outcome: string): Promise<void> {
  const { temporal } = portal.worker!;
  const workflowId = await workflowOf(customer);
  await temporal.workflow.getHandle(workflowId).result();
  await recordHistory(temporal, workflowId, outcome);
}

describe('An invitation on a real Temporal server (S1)', () => {
  it('that nobody accepts: as the clock moves to each planned instant, exactly that happens, each mail once and with the same link (R-0.7)', async () => {
    const customer = await aCustomer(alpha);
    await invite(customer);
    await hasTaken(customer, ['send']);
    await hasMails(customer, 1);
    const { planned } = (await followed(customer)).timeline;
    expect(planned.map(({ key }) => key)).toEqual(['remind', 'expire']);
    await goTo(planned[0]!.at);
    await hasTaken(customer, ['send', 'remind']);
    await hasMails(customer, 2);
    const [first, reminder] = await linksOf(customer);
    expect(first).toMatch(/^[\w.-]{84}$/);
    expect(reminder).toBe(first);
    await goTo(planned[1]!.at);
    await hasEnded(customer, 'expired');
    expect(await pastOf(customer)).toEqual(['send', 'remind', 'expire']);
    expect((await linksOf(customer)).length).toBe(2);
    await isRecorded(customer, 'expired');
  });

  it('that is accepted is over, and nobody is reminded (R-0.5)', async () => {
    const customer = await aCustomer(alpha);
    await invite(customer);
    await hasMails(customer, 1);
    const [token] = await linksOf(customer);
    expect(await acceptInvitation(nobody(), token!, AcceptInvitation.parse({ password: 'a quiet pond at dawn', passwordAgain: 'a quiet pond at dawn' }))).toBe(
      customer.admin.userId,
    );
    await hasEnded(customer, 'accepted');
    await isRecorded(customer, 'accepted');
    expect(await linksOf(customer)).toHaveLength(1);
  });

  it('that is sent again goes on with a new link in the same process (R-0.8)', async () => {
    const customer = await aCustomer(alpha);
    await invite(customer);
    await hasMails(customer, 1);
    await sendAgain(owner, (await followed(customer)).id);
    await hasTaken(customer, ['send', 'send-again']);
    await hasMails(customer, 2);
    const [older, newer] = await linksOf(customer);
    const come = (token: string) =>
      acceptInvitation(nobody(), token, AcceptInvitation.parse({ password: 'a quiet pond at dusk', passwordAgain: 'a quiet pond at dusk' }));
    expect(await come(older!)).toBeUndefined();
    expect(await come(newer!)).toBe(customer.admin.userId);
    await hasEnded(customer, 'accepted');
    await isRecorded(customer, 'sent-again');
  });
});

describe('An invitation while nobody works (S1)', () => {
  it('is made with the worker down, sent once when it is back, and with Temporal’s state deleted it is not sent again (R-0.3)', async () => {
    const customer = await aCustomer(alpha);
    const payment = owner.newId();
    await portal.worker!.stop();
    await invite(customer, payment);
    expect(await pastOf(customer)).toEqual([]);
    expect((await followed(customer)).timeline.planned.map(({ key }) => key)).toEqual(['send', 'remind', 'expire']);
    const worker = await portal.startWorker();
    await hasTaken(customer, ['send']);
    await hasMails(customer, 1);
    const workflowExecution = { workflowId: await workflowOf(customer) };
    await worker.temporal.workflowService.deleteWorkflowExecution({ namespace: worker.temporal.options.namespace, workflowExecution });
    await invite(customer, payment);
    await invite(customer);
    await owner.inTenant((tx) => tx.run(sql`update portico.due_work set not_before = now() - interval '1 second', lease = null where kind = 'reconcile'`));
    await goTo((await followed(customer)).timeline.planned[0]!.at);
    await hasTaken(customer, ['send', 'remind']);
    await hasMails(customer, 2);
    expect(new Set(await linksOf(customer)).size).toBe(1);
  });
});
