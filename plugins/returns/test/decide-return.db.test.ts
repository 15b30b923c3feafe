import { performStep } from '@portico/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Id, NotFound } from '@portico/kit';
import { Forbidden, PorticoError, sql } from '@portico/kit/server';
import { type TestCustomer, aCustomer } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { decideReturn, Overtaken, ReturnDecision } from '../decide-return.ts';
import { decideReturns } from '../decide-returns.ts';
import type { LeadReturn } from '../lead-return.model.ts';
import { requestReturn } from '../request-return.ts';
import { AlreadyDecided, AlreadyWithdrawn } from '../return-errors.ts';
import { withdrawReturn } from '../withdraw-return.ts';
import { receivedOf } from './returning-business.ts';

const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 5);

let portal: TestPortal;
let alpha: TestBusiness;
let beta: TestBusiness;
let customer: TestCustomer;
let leadIds: readonly Id[];
let orderId: Id;
let next = 0;

beforeAll(async () => {
  portal = await startTestPortal();
  alpha = await portal.business('alpha');
  beta = await portal.business('beta');
  await alpha.settleEvents();
  await beta.settleEvents();
  customer = await aCustomer(alpha);
  ({ leadIds, orderId } = await deliveredLeads(alpha, customer, { count: 600 + ROUNDS * 40 }));
});
afterAll(() => portal.close());

const asked = async (): Promise<LeadReturn> => {
  next += 1;
  return requestReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), { leadId: leadIds[next] ?? '', reason: 'Wrong number', note: '' });
};
const staff = () => alpha.ctxOf('owner', 'returns');
const refusal = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** All at once; who loses is told so in words, never by the database (a deadlock, a broken unique index). */
async function together(work: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') expect(result.reason instanceof PorticoError || result.reason instanceof Overtaken, String(result.reason)).toBe(true);
  }
}

interface Traces {
  readonly decision: string | null;
  readonly decided_by: string | null;
  readonly events: number;
  readonly audits: number;
}
const tracesOf = (id: Id): Promise<Traces | undefined> =>
  alpha.systemCtx('returns').inTenant((tx) =>
    tx.row<Traces>(sql`
      select r.decision, r.decided_by,
        (select count(*)::int from portico.event_deliveries e where e.point = 'returns.settled' and e.payload->>'returnId' = r.id::text) as events,
        (select count(*)::int from portico.audit_log a where a.what = 'returns.decided' and a.after->>'returnId' = r.id::text) as audits
      from returns.lead_returns r where r.id = ${id}`),
  );

describe('Deciding about a return: who may (R-1.33)', () => {
  it('the customer who asked may not', async () => {
    const { id } = await asked();
    expect(await refusal(decideReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), id, { outcome: 'approved', because: '' }))).toBeInstanceOf(
      Forbidden,
    );
  });
  it('staff of another business are told the same as for an id that does not exist', async () => {
    const { id } = await asked();
    const ctx = await beta.ctxOf('owner', 'returns');
    for (const one of [id, ctx.newId()]) expect(await refusal(decideReturn(ctx, one, { outcome: 'approved', because: '' }))).toBeInstanceOf(NotFound);
  });
  it('staff may; the same decision again changes nothing and is answered as it stands', async () => {
    const { id } = await asked();
    expect(await decideReturn(await staff(), id, { outcome: 'approved', because: 'Sorry' })).toMatchObject({
      changed: true,
      asked: { decision: 'approved', because: 'Sorry' },
    });
    expect(await decideReturn(await staff(), id, { outcome: 'approved', because: 'Again' })).toMatchObject({ changed: false, asked: { because: 'Sorry' } });
    expect(await tracesOf(id)).toMatchObject({ decision: 'approved', decided_by: 'staff', events: 1, audits: 1 });
  });
  it('whoever comes second with another outcome is told what stands', async () => {
    const { id } = await asked();
    await decideReturn(await staff(), id, { outcome: 'denied', because: 'It was answered' });
    const error = await refusal(decideReturn(await staff(), id, { outcome: 'approved', because: '' }));
    expect(error).toBeInstanceOf(AlreadyDecided);
    expect((error as AlreadyDecided).values).toMatchObject({ outcome: 'denied' });
    expect(await tracesOf(id)).toMatchObject({ decision: 'denied', events: 1 });
  });
  it('a denial needs its reason', () => {
    expect(ReturnDecision.safeParse({ outcome: 'denied', because: '  ' }).error?.issues[0]).toMatchObject({
      path: ['because'],
      message: 'returns.problem.because-missing',
    });
    expect(ReturnDecision.safeParse({ outcome: 'approved' }).success).toBe(true);
  });
  it('several at once: each by itself, those that somebody else decided are named', async () => {
    const [one, two, gone] = [await asked(), await asked(), await asked()];
    await decideReturn(await staff(), two.id, { outcome: 'denied', because: 'It was answered' });
    await withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), gone.id);
    const ctx = await staff();
    const missing = ctx.newId();
    expect(await decideReturns(ctx, [one.id, two.id, gone.id, missing, one.id], { outcome: 'approved', because: '' })).toEqual([
      { id: one.id, result: 'decided' },
      { id: two.id, result: 'refused', code: 'returns.already-decided' },
      { id: gone.id, result: 'refused', code: 'returns.already-withdrawn' },
      { id: missing, result: 'refused', code: 'portico.not-found' },
    ]);
  });
});

describe('Withdrawing a return', () => {
  it('ends its process at once, once, and cannot be decided any more', async () => {
    const { id, lead_id } = await asked();
    const ctx = await alpha.ctxOf(customer.admin.userId, 'returns');
    await withdrawReturn(ctx, id);
    await withdrawReturn(ctx, id);
    expect(await refusal(decideReturn(await staff(), id, { outcome: 'approved', because: '' }))).toBeInstanceOf(AlreadyWithdrawn);
    const process = await alpha.systemCtx('returns').inTenant((tx) => tx.row(sql`select state, outcome from portico.processes where subject = ${id}`));
    expect(process).toEqual({ state: 'ended', outcome: 'withdrawn' });
    expect(await tracesOf(id)).toMatchObject({ decision: null, events: 1 });
    await alpha.settleEvents();
    expect(await alpha.systemCtx('returns').inTenant((tx) => tx.row(sql`select return_state from leads.leads where id = ${lead_id}`))).toEqual({
      return_state: null,
    });
  });
  it('is refused when it was decided, and its process goes on', async () => {
    const { id } = await asked();
    await decideReturn(await staff(), id, { outcome: 'approved', because: '' });
    expect(await refusal(withdrawReturn(await alpha.ctxOf(customer.admin.userId, 'returns'), id))).toBeInstanceOf(AlreadyDecided);
    expect(await alpha.systemCtx('returns').inTenant((tx) => tx.row(sql`select state from portico.processes where subject = ${id}`))).toEqual({
      state: 'live',
    });
  });
  it('is not for people of another account', async () => {
    const { id } = await asked();
    const other = await aCustomer(alpha);
    expect(await refusal(withdrawReturn(await alpha.ctxOf(other.admin.userId, 'returns'), id))).toBeInstanceOf(NotFound);
  });
});

describe(`In the same instant, ${ROUNDS} rounds (S3)`, () => {
  it('approve in two tabs, approve against deny: one decision each', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [same, torn] = [await asked(), await asked()];
      const contexts = await Promise.all([staff(), staff(), staff(), staff()]);
      await together([
        decideReturn(contexts[0]!, same.id, { outcome: 'approved', because: '' }),
        decideReturn(contexts[1]!, same.id, { outcome: 'approved', because: '' }),
        decideReturn(contexts[2]!, torn.id, { outcome: 'approved', because: '' }),
        decideReturn(contexts[3]!, torn.id, { outcome: 'denied', because: 'It was answered' }),
      ]);
      expect(await tracesOf(same.id)).toMatchObject({ decision: 'approved', events: 1, audits: 1 });
      expect(await tracesOf(torn.id)).toMatchObject({ events: 1, audits: 1 });
    }
  });

  it('staff against the deadline, and the customer against both: one ending', async () => {
    const returns = [];
    for (let round = 0; round < ROUNDS; round += 1) returns.push(await asked());
    await alpha.settleProcesses();
    await alpha.advance('PT44H');
    await alpha.settleProcesses();
    await alpha.advance('PT5H');
    for (const { id } of returns) {
      const process = await alpha.systemCtx('returns').inTenant((tx) => tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id}`));
      const [byStaff, byCustomer] = [await staff(), await alpha.ctxOf(customer.admin.userId, 'returns')];
      await together([
        decideReturn(byStaff, id, { outcome: 'denied', because: 'It was answered' }),
        performStep(alpha.systemCtx('core'), process!.id, 'apply-deadline-rule'),
        withdrawReturn(byCustomer, id),
      ]);
      const traces = await tracesOf(id);
      expect(traces).toMatchObject({ events: 1 });
      const steps = await alpha
        .systemCtx('returns')
        .inTenant((tx) => tx.rows(sql`select step from portico.process_steps where process_id = ${process!.id} and step = 'apply-deadline-rule'`));
      expect(steps).toHaveLength(traces?.decided_by === 'deadline' ? 1 : 0);
    }
  });
});

/** Waits until so many sessions of this test's own database wait for a lock. */
async function untilWaiting(sessions: number): Promise<void> {
  const waiting = `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => (await portal.core.pool.query<{ count: number }>(waiting)).rows[0]!.count, { timeout: 20_000 }).toBe(sessions);
}

describe('An approval (S3)', () => {
  it('gives the order its room back once, however often the step is tried', async () => {
    const { id } = await asked();
    await alpha.settleProcesses();
    const before = await receivedOf(alpha, orderId);
    await decideReturn(await staff(), id, { outcome: 'approved', because: '' });
    const process = await alpha.systemCtx('returns').inTenant((tx) => tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id}`));
    await Promise.all([1, 2, 3].map(() => performStep(alpha.systemCtx('core'), process!.id, 'book-outcome')));
    await alpha.settleProcesses();
    await performStep(alpha.systemCtx('core'), process!.id, 'book-outcome');
    expect(await receivedOf(alpha, orderId)).toBe(before - 1);
    const row = await alpha
      .systemCtx('returns')
      .inTenant((tx) => tx.row<{ booked_at: string | null }>(sql`select booked_at from returns.lead_returns where id = ${id}`));
    expect(row?.booked_at).not.toBeNull();
  });
  it('takes each step once, however often and by however many at once it is tried', async () => {
    const { id } = await asked();
    const ctx = alpha.systemCtx('core');
    const process = await ctx.inTenant((tx) => tx.row<{ id: Id }>(sql`select id from portico.processes where subject = ${id}`));
    const tryIt = () => performStep(alpha.systemCtx('core'), process!.id, 'confirm-to-customer');
    // three have seen that the step is due before any of them may take it
    const tries = await alpha.systemCtx('core').inTenant(async (tx) => {
      await tx.run(sql`select from portico.processes where id = ${process!.id} for update`);
      const begun = [tryIt(), tryIt(), tryIt()];
      await untilWaiting(3);
      return { all: Promise.all(begun) };
    });
    await tries.all;
    await tryIt();
    const taken = await ctx.inTenant((tx) => tx.rows<{ step: string }>(sql`select step from portico.process_steps where process_id = ${process!.id}`));
    expect(taken).toEqual([{ step: 'confirm-to-customer' }]);
    expect((await alpha.mails()).filter(({ template, data }) => template === 'return-requested' && data['returnId'] === id)).toHaveLength(1);
  });
  it('that is a denial gives nothing back', async () => {
    const { id } = await asked();
    const before = await receivedOf(alpha, orderId);
    await decideReturn(await staff(), id, { outcome: 'denied', because: 'It was answered' });
    await alpha.settleProcesses();
    expect(await receivedOf(alpha, orderId)).toBe(before);
    expect((await alpha.mails()).filter(({ template, data }) => template === 'return-decided' && data['returnId'] === id)).toHaveLength(1);
  });
});
