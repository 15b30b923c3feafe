import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemo, type DemoProgress, type RunBusiness } from '@portico/core';
import type { Id } from '@portico/kit';
import { PorticoError, sql, type Actor, type ListPage, type Sql, type Tenant } from '@portico/kit/server';
import { z } from 'zod';
import { startTestPortal, type TestPortal } from '@portico/testing';

let portal: TestPortal;
/** What a program that makes the demo would find after each of its crashes. */
let progress: DemoProgress | undefined;
const keep = (made: DemoProgress): void => {
  progress = structuredClone(made);
};
let interruptedId: Id | undefined;

beforeAll(async () => {
  portal = await startTestPortal();
  const interrupted = (line: string): void => {
    if (line === 'Greenfold Lawn Care: leads') throw new Error('the machine went down');
  };
  await expect(seedDemo({ env: portal.environment, keep, log: interrupted })).rejects.toThrow('the machine went down');
  interruptedId = (await tenantOf('greenfold')).id;
  await seedDemo({ env: portal.environment, keep, ...(progress ? { progress } : {}) });
}, 240_000);
afterAll(() => portal.close());

async function tenantOf(slug: string): Promise<Tenant> {
  portal.core.tenants.forget();
  const tenant = await portal.core.tenants.bySlug(slug);
  if (!tenant) throw new Error(`There is no business ${slug}.`);
  return tenant;
}

async function rowOf(slug: string, question: (tenant: Tenant) => Sql): Promise<Record<string, number>> {
  const tenant = await tenantOf(slug);
  const row = await portal.core.systemContext(tenant, 'core').inTenant((tx) => tx.row<Record<string, number>>(question(tenant)));
  return row!;
}

const madeOf = (slug: string): RunBusiness => progress!.businesses.find((one) => one.slug === slug)!;

describe.each(['harborline', 'greenfold'])('the demonstration of %s, made over an interruption', (slug) => {
  it('has at least 30 customers, and 2,000 leads on at least 55 of the last 60 days', async () => {
    const counted = await rowOf(
      slug,
      ({ zone }) => sql`select (select count(*) from accounts.accounts) as accounts, count(*) as leads,
        count(distinct (received_at at time zone ${zone})::date) filter (where received_at > now() - interval '60 days') as days from leads.leads`,
    );
    expect(counted.accounts).toBeGreaterThanOrEqual(30);
    expect(counted.leads).toBeGreaterThanOrEqual(2_000);
    expect(counted.days).toBeGreaterThanOrEqual(55);
  });

  it('has plans that include leads, some of which wait to be called while others were', async () => {
    const queue = await rowOf(
      slug,
      () => sql`select count(*) filter (where state = 'queued') as queued, count(*) filter (where state = 'called') as called, count(distinct result) as results,
        count(distinct plan_id) as plans, (select count(*) from leads.lead_orders where period_id is not null and received > included) as over from leads.queue_entries`,
    );
    for (const some of ['queued', 'called', 'plans'] as const) expect(queue[some], some).toBeGreaterThanOrEqual(1);
    expect(queue).toMatchObject({ results: 5, over: 0 });
  });

  it('has orders of every state, and returns of every state at least three times', async () => {
    const orders = await rowOf(
      slug,
      () => sql`select count(*) filter (where state = 'open' and has_room) as open, count(*) filter (where state = 'open' and not has_room) as filled,
        count(*) filter (where state = 'paused') as paused, count(*) filter (where state = 'closed') as closed from leads.lead_orders`,
    );
    for (const [state, count] of Object.entries(orders)) expect(count, state).toBeGreaterThanOrEqual(1);
    const returns = await rowOf(
      slug,
      () => sql`select count(*) filter (where decision = 'approved') as approved, count(*) filter (where decision = 'denied') as denied,
        count(*) filter (where withdrawn_at is not null) as withdrawn,
        count(*) filter (where decision is null and withdrawn_at is null) as pending from returns.lead_returns`,
    );
    for (const [state, count] of Object.entries(returns)) expect(count, state).toBeGreaterThanOrEqual(3);
  });

  it('has one live process for each return that waits and each plan that ends, the clocks of its plugins, and none else', async () => {
    const { live, pending, ending, strays } = await rowOf(
      slug,
      () => sql`select (select count(*) from portico.processes where ended_at is null and subject <> tenant_id) as live,
        (select count(*) from returns.lead_returns where decision is null and withdrawn_at is null) as pending,
        (select count(*) from billing.subscriptions where state = 'cancelling') as ending,
        (select count(*) from portico.processes p where ended_at is null and subject <> tenant_id and not exists (select from returns.lead_returns r where r.id = p.subject)
          and not exists (select from billing.cancellations c where c.id = p.subject)) as strays`,
    );
    expect(live).toBeGreaterThanOrEqual(3);
    expect(ending).toBe(1);
    expect([live, strays]).toEqual([Number(pending) + 1, 0]);
  });

  it('lets everybody in who was told of, once, with a key that works', async () => {
    const tenant = await tenantOf(slug);
    const { signIns, apiKey, tenantId } = madeOf(slug);
    expect(tenantId).toBe(tenant.id);
    expect(apiKey).toMatch(/^pk_/);
    expect(new Set(signIns.map((one) => one.kind))).toEqual(new Set(['owner', 'staff', 'account-admin', 'downline', 'member']));
    for (const one of signIns) await portal.core.identity.signIn(tenant, { ...one, ip: '127.0.0.1', userAgent: 'test' });
    expect((await rowOf(slug, () => sql`select count(*) as owners from workspace.staff where role = 'owner'`)).owners).toBe(1);
  });
});

describe('every list that the API offers', () => {
  const lists = () =>
    portal.core.registry.plugins.flatMap(({ id, server }) =>
      (server.routes ?? [])
        .filter(({ method, path, answer }) => method === 'get' && !path.includes('{') && answer instanceof z.ZodObject && 'data' in answer.shape)
        .map((route) => ({ plugin: id, route })),
    );

  /** As the owner, and as the account admin of the customer with the most invoices. */
  async function readers(): Promise<Actor[]> {
    const { id } = await tenantOf('harborline');
    const row = await portal.core.systemContext(await tenantOf('harborline'), 'core').inTenant((tx) =>
      tx.row<{ accountId: Id; groups: Id[] }>(sql`select i.account_id as "accountId", array_agg(distinct i.bill_group_id) as groups from billing.invoices i
        group by 1 order by count(*) desc, 1 limit 1`),
    );
    const admin = { role: 'account-admin' as const, accountId: row!.accountId, billGroupIds: row!.groups };
    return [
      { kind: 'staff', id, name: 'Owner', roles: [{ role: 'owner' }] },
      { kind: 'user', id, name: 'Account admin', roles: [admin] },
    ];
  }

  it('leads on to its next page in each of its orders, and the row there is another one', { timeout: 120_000 }, async () => {
    const tenant = await tenantOf('harborline');
    let followed = 0;
    for (const { plugin, route } of lists()) {
      const sorts = ((route.query as z.ZodObject).shape['sort'] as z.ZodDefault<z.ZodEnum>).unwrap().options as string[];
      for (const actor of await readers())
        for (const sort of sorts) {
          const ctx = portal.core.systemContext(tenant, plugin).child(plugin, actor);
          const page = async (more: object) =>
            (await route.handle!(ctx, { params: {}, query: route.query!.parse({ limit: '1', sort, ...more }), body: undefined })) as ListPage<{ id?: string }>;
          await ctx.inTenant(async (tx) => tx.ctx.clock.now());
          const first = await page({}).catch((error: unknown) => {
            if (error instanceof PorticoError && [403, 404, 422].includes(error.status)) return undefined;
            throw error;
          });
          if (!first?.nextCursor) continue;
          const second = await page({ cursor: first.nextCursor });
          expect(second.data, `${plugin}: ${route.name} by ${sort}`).toHaveLength(1);
          expect(second.data[0], `${plugin}: ${route.name} by ${sort}`).not.toEqual(first.data[0]);
          followed += 1;
        }
    }
    expect(followed).toBeGreaterThan(40);
  });
});

describe('a demonstration that was interrupted', () => {
  it('keeps the business that was whole, and makes the begun one anew under its id', async () => {
    expect(progress).toMatchObject({ finished: true });
    expect(progress!.businesses.map((one) => one.slug)).toEqual(['harborline', 'greenfold']);
    expect(madeOf('greenfold').tenantId).toBe(interruptedId);
  });

  it('adds nothing when it is asked for once more, and empties nobody that it has not begun', async () => {
    const before = await rowOf('greenfold', () => sql`select count(*) as leads from leads.leads`);
    const again = await seedDemo({ env: portal.environment, ...(progress ? { progress } : {}) });
    expect(again.businesses).toEqual(progress!.businesses);
    const without = await seedDemo({ env: portal.environment });
    expect(without.businesses).toEqual([]);
    expect(await rowOf('greenfold', () => sql`select count(*) as leads from leads.leads`)).toEqual(before);
  });
});
