import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox, type Sandbox } from '@portico/testing';
import { Faults } from '../control/faults.ts';
import { Change } from '../store/change.ts';
import { Store } from '../store/store.ts';
import { answerCall } from '../web/answer-call.ts';
import { RateLimit } from '../web/rate-limit.ts';
import { RequestLog } from '../web/request-log.ts';
import { sdk } from './speak.ts';

let dir: string;
let sandbox: Sandbox;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'stand-in-crash-'));
});
afterEach(async () => {
  await sandbox?.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('after a kill -9 in the middle of a storm', () => {
  it('all that was answered is there as it was answered, keys too, and nothing is there by half', async () => {
    sandbox = await startSandbox('stripe', { dir });
    await sandbox.tell('POST', '/control/limits', { account: 'storm', perSecond: null, perEndpoint: null });
    const answered = new Map<string, Stripe.PaymentIntent>();
    const stormed = Promise.all(Array.from({ length: 16 }, (_, lane) => storm(sdk(sandbox, 'storm'), lane, answered)));
    await new Promise((resolve) => setTimeout(resolve, 700));
    process.kill(sandbox.pid, 'SIGKILL');
    await Promise.all([stormed, sandbox.exited]);
    expect(answered.size).toBeGreaterThan(100);

    sandbox = await startSandbox('stripe', { dir });
    const stripe = sdk(sandbox, 'storm');
    await sandbox.tell('POST', '/control/limits', { account: 'storm', perSecond: null, perEndpoint: null });
    for (const [idempotencyKey, intent] of answered) {
      expect(JSON.stringify(await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }, { idempotencyKey }))).toBe(
        JSON.stringify(intent),
      );
    }
    await expectWhole(sandbox);
  }, 60_000);

  it('a line that was cut off is left out, and what came before it is there', async () => {
    sandbox = await startSandbox('stripe', { dir });
    const made = await sdk(sandbox, 'torn').customers.create({ name: 'Whole' });
    process.kill(sandbox.pid, 'SIGKILL');
    await sandbox.exited;
    appendFileSync(path.join(dir, readdirSync(dir).findLast((name) => name.startsWith('journal.'))!), '{"a":"torn","p":[["customer",{"id":"cus_half"');
    for (let start = 0; start < 2; start++) {
      sandbox = await startSandbox('stripe', { dir });
      const { data } = await sdk(sandbox, 'torn').customers.list();
      expect(data.map(({ id }) => id)).toEqual([made.id]);
      await sandbox.stop();
    }
  }, 30_000);
});

async function storm(stripe: Stripe, lane: number, answered: Map<string, Stripe.PaymentIntent>): Promise<void> {
  try {
    for (let count = 0; ; count++) {
      const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' });
      const idempotencyKey = `${lane}-${count}`;
      answered.set(idempotencyKey, await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }, { idempotencyKey }));
    }
  } catch (failure) {
    if (!/connection|ECONN|socket/i.test((failure as Error).message)) throw failure; // it was killed
  }
}

interface State {
  accounts: { payment_intents: Stripe.PaymentIntent[]; charges: Stripe.Charge[]; events: { type: string; about: string }[] }[];
}

/** Each payment that succeeded has one charge of its amount, and was told of; no other has any. */
async function expectWhole(of: Sandbox): Promise<void> {
  const [account] = (await of.tell<State>('GET', '/control/state?account=storm')).accounts;
  const { payment_intents: intents, charges, events } = account!;
  for (const intent of intents) {
    const own = charges.filter((one) => one.payment_intent === intent.id);
    expect(own.map(({ id, amount, paid }) => [id, amount, paid])).toEqual(intent.status === 'succeeded' ? [[intent.latest_charge, 1_000, true]] : []);
    const told = events.filter(({ about }) => about === intent.id || about === intent.latest_charge).map(({ type }) => type);
    const paid = ['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded'];
    expect(told.toSorted()).toEqual(intent.status === 'succeeded' ? paid : ['payment_intent.created']);
  }
}

describe('an answer', () => {
  it('is given when what it tells is on disk, and not before; so is what somebody else reads of it', async () => {
    const store = await Store.open(dir);
    const disk = await open(path.join(dir, 'any'), 'w');
    const prototype = Object.getPrototypeOf(disk) as FileHandle;
    let synced = (): void => undefined;
    const slow = vi.spyOn(prototype, 'datasync').mockImplementation(() => new Promise((resolve) => (synced = resolve)));
    const house = { store, log: new RequestLog(), faults: new Faults(), limits: new RateLimit() };
    const told: string[] = [];
    const call = async (method: string, query: string) => {
      const { body } = await answerCall(house, { method, path: '/v1/customers', query, headers: { authorization: 'Bearer sk_test_disk' }, body: '' });
      told.push(`${method} ${(JSON.parse(body) as { object: string }).object}`);
    };
    const calls = Promise.all([call('POST', ''), call('GET', 'limit=1')]);
    await vi.waitFor(() => expect(slow).toHaveBeenCalled());
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(told).toEqual([]);
    synced();
    await calls;
    expect(told).toEqual(['POST customer', 'GET list']);
    slow.mockRestore();
    await Promise.all([disk.close(), store.close()]);
  });
});

describe('a journal that has grown long', () => {
  it('becomes a snapshot while calls go on, from which everything comes back', async () => {
    const store = await Store.open(dir);
    const account = store.account('long');
    const name = 'x'.repeat(20_000);
    const put = (id: string): void => {
      const change = new Change(account, { request: null, key: null });
      const rev = (account.customer.get(id)?.rev ?? -1) + 1;
      const row = change.put('customer', {
        id,
        rev,
        created: 1,
        name: `${rev} ${name}`,
        email: null,
        phone: null,
        description: null,
        metadata: {},
        defaultMethod: null,
      });
      change.tell('customer.updated', 'customer', row);
      store.commit(change);
    };
    for (let count = 0; count < 1_200; count++) {
      put(`cus_${count % 7}`);
      if (count % 50 === 0) await store.settled();
    }
    await store.close();
    const names = readdirSync(dir);
    expect(names.some((file) => file.startsWith('snapshot.'))).toBe(true);
    expect(names).not.toContain('journal.000001');
    expect(statSync(path.join(dir, names.find((file) => file.startsWith('journal.'))!)).size).toBeLessThan(24 * 1024 * 1024);
    const again = await Store.open(dir);
    const rows = [...again.account('long').customer.values()];
    expect(rows.map(({ id, rev }) => [id, rev])).toEqual([...account.customer.values()].map(({ id, rev }) => [id, rev]));
    const events = [...again.account('long').events.values()];
    expect(events.map(({ id, about }) => [id, about.rev])).toEqual([...account.events.values()].map(({ id, about }) => [id, about.rev]));
    await again.close();
  }, 30_000);
});
