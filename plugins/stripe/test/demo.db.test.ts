import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { seedDemo, type DemoProgress } from '@portico/core';
import { dayOf } from '@portico/kit';
import { sql, type Ctx, type Tenant } from '@portico/kit/server';
import { compareBooks, readStatement } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from './kills/kill-points.ts';
import { endAll, startDemoProcess } from './kills/processes.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
const { core } = portal;
const tenants: Tenant[] = [];
beforeAll(async () => {
  const { businesses } = await seedDemo({ env: { ...portal.environment } });
  for (const { slug } of businesses) tenants.push((await core.tenants.bySlug(slug))!);
});

const staffOf = async (tenant: Tenant, of = core): Promise<Ctx> => {
  const ctx = of.systemContext(tenant, 'billing').child('billing', { kind: 'staff', id: tenant.id, name: 'Test staff', roles: [{ role: 'owner' }] });
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
};

describe('a demonstration that is killed while it charges', () => {
  it('is made whole by the next start, and the books have each charge of the gateway once', { timeout: 180_000 }, async () => {
    const gateway = await startSandbox('stripe');
    const own = await startTestPortal({ environment: gateway.env });
    const folder = mkdtempSync(path.join(tmpdir(), 'portico-demo-'));
    const progress = path.join(folder, 'demo.json');
    try {
      // the money has moved, and nothing of it is booked
      await gateway.tell('POST', '/control/faults', {
        match: { method: 'POST', path: '/v1/payment_intents/*/confirm' },
        at: 'after-commit',
        do: 'hold',
        times: 3,
      });
      const first = await startDemoProcess(own.environment, progress);
      await until('a charge in flight', async () => (await gateway.tell<unknown[]>('GET', '/control/requests?state=held')).length > 0);
      await first.kill();
      await gateway.tell('DELETE', '/control/faults');
      await gateway.tell('POST', '/control/release', {});
      const second = await startDemoProcess(own.environment, progress);
      await second.ended;
      const { businesses, finished } = JSON.parse(readFileSync(progress, 'utf8')) as DemoProgress;
      expect({ finished, businesses: businesses.length }).toEqual({ finished: true, businesses: 2 });
      for (const { slug } of businesses) {
        const tenant = (await own.core.tenants.bySlug(slug))!;
        const compared = await compareBooks(await staffOf(tenant, own.core));
        expect(compared).toMatchObject({ data: [], differs: 0, isPartial: false });
        expect(compared!.charges).toBeGreaterThan(10);
      }
    } finally {
      endAll();
      await own.close();
      await gateway.stop();
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the demonstration', () => {
  it('has payments by card at each business, and the gateway has each of them: no difference from the first start on (line 6)', async () => {
    expect(tenants).toHaveLength(2);
    for (const tenant of tenants) {
      const compared = await compareBooks(await staffOf(tenant));
      expect(compared).toMatchObject({ data: [], differs: 0, isPartial: false });
      expect(compared!.charges).toBeGreaterThan(10);
      for (const { books, gateway } of compared!.totals) expect(books).toEqual(gateway);
    }
  });

  it('has a card on auto-pay, and another that the renewal which is due will find declined', async () => {
    for (const tenant of tenants) {
      const ctx = await staffOf(tenant);
      const cards = await ctx.inTenant((tx) =>
        tx.rows<{
          last_four: string;
          is_due: boolean;
        }>(sql`select m.last_four, coalesce(bool_or(s.renews_at <= ${ctx.clock.now()}::timestamptz), false) as is_due
          from billing.bill_group_terms t join billing.payment_methods m on m.id = t.default_method_id
          left join billing.subscriptions s on s.bill_group_id = t.bill_group_id where t.auto_pay group by 1 order by 1`),
      );
      expect(cards).toEqual([
        { last_four: '0341', is_due: true },
        { last_four: '4242', is_due: false },
      ]);
    }
  });

  it('closes the statement of every customer with what the ledger says (line 6)', async () => {
    for (const tenant of tenants) {
      const ctx = await staffOf(tenant);
      const accounts = await ctx.inTenant((tx) =>
        tx.rows<{ id: string; owed: number }>(sql`select account_id as id, sum(case when debit in ('receivable', 'credit') then amount_minor else 0 end
          - case when credit in ('receivable', 'credit') then amount_minor else 0 end)::bigint as owed from billing.ledger_transfers group by 1`),
      );
      expect(accounts.length).toBeGreaterThan(10);
      const span = { from: '2020-01-01', to: dayOf(ctx.clock.now(), tenant.zone), currency: tenant.currency };
      for (const { id, owed } of accounts) {
        const { closing, isCut } = await ctx.inTenant((tx) => readStatement(tx, id, span));
        expect({ id, closing: closing.amount, isCut }).toEqual({ id, closing: owed, isCut: false });
      }
    }
  });
});
