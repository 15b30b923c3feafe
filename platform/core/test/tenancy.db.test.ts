import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';
import { createTenant, NewTenant, SlugTaken, TransactionOpen, type HostTx } from '@portico/core';

const portal = await startTestPortal();
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const beta = await portal.business('beta');

describe('a transaction of a business', () => {
  it('sees its own users and never those of another business', async () => {
    const names = await alpha.systemCtx('core').inTenant((tx) => tx.rows<{ email: string }>(sql`select email from portico.users`));
    expect(names.map((row) => row.email)).toEqual(['owner@alpha.example']);
  });

  it('stands still in time, and Knex works over its connection', async () => {
    await alpha.systemCtx('core').inTenant(async (tx) => {
      const first = tx.ctx.clock.now();
      const rows = await tx.sql('portico.users').select<{ email: string }[]>('email');
      const seen = await tx.sql.transaction((inner) => inner('portico.users').count<{ count: number }[]>('*'));
      expect(rows).toHaveLength(1);
      expect(Number(seen[0]!.count)).toBe(1);
      await new Promise((wait) => setTimeout(wait, 5));
      expect(tx.ctx.clock.now()).toBe(first);
    });
  });

  it('rolls back when its work throws, and the next one is clean', async () => {
    const work = alpha.systemCtx('core').inTenant(async (tx) => {
      await tx.users.create({ name: 'Nobody', email: 'nobody@alpha.example' });
      throw new Error('on purpose');
    });
    await expect(work).rejects.toThrow('on purpose');
    const rows = await alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select 1 from portico.users`));
    expect(rows).toHaveLength(1);
  });

  it('tells no success when a statement failed and its error was caught: nothing of it was saved', async () => {
    const careless = alpha.systemCtx('core').inTenant(async (tx) => {
      await tx.audit('portico.careless', null, null);
      await tx.run(sql`select 1 / 0`).catch(() => 'never mind');
      return 'done';
    });
    await expect(careless).rejects.toThrow('nothing was committed');
    expect(await alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select id from portico.audit_log where what = 'portico.careless'`))).toEqual([]);
  });

  it('is the only one of its context, whether another begins inside it or beside it', async () => {
    const inside = alpha.systemCtx('core');
    await expect(inside.inTenant(() => inside.inTenant(() => Promise.resolve()))).rejects.toThrow(TransactionOpen);
    const beside = alpha.systemCtx('core');
    const both = await Promise.allSettled([beside.inTenant(() => Promise.resolve('first')), beside.inTenant(() => Promise.resolve('second'))]);
    expect(both).toMatchObject([{ value: 'first' }, { reason: { name: 'TransactionOpen' } }]);
    expect(await beside.inTenant(() => Promise.resolve('later'))).toBe('later');
  });

  it('leaves nothing of the business on its connection', async () => {
    await alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select 1`));
    const { rows } = await portal.core.pool.query(`select coalesce(current_setting('portico.tenant_id', true), '') as tenant`);
    expect(rows).toEqual([{ tenant: '' }]);
  });

  it('refuses a second transaction, a question and a use while one is open', async () => {
    const ctx = alpha.systemCtx('core');
    await ctx.inTenant(async () => {
      await expect(ctx.inTenant(async () => 1)).rejects.toThrow('must not be called');
      expect(() => ctx.use({ pluginId: 'core' })).toThrow('must not be called');
    });
  });

  it('numbers a series without gaps, each business for itself', async () => {
    const number = (business: typeof alpha) => business.systemCtx('core').inTenant((tx) => tx.nextNumber('test'));
    expect([await number(alpha), await number(alpha), await number(beta)]).toEqual([1, 2, 1]);
  });

  it('refuses a row of another business (42501)', async () => {
    const work = alpha
      .systemCtx('core')
      .inTenant((tx) =>
        (tx as HostTx).run(sql`insert into portico.counters (tenant_id, id, series, last_number) values (${beta.tenant.id}, ${randomUUID()}, 'stolen', 1)`),
      );
    await expect(work).rejects.toMatchObject({ code: '42501' });
  });
});

describe('a new business', () => {
  const gamma = NewTenant.parse({ slug: 'gamma', name: 'Gamma', zone: 'UTC', currency: 'EUR', ownerEmail: 'owner@gamma.example' });

  it('that a crash has left with nobody in it is finished by the next call, once', async () => {
    const id = randomUUID();
    await portal.core.pool.query(
      `with t as (insert into portico.tenants (id, slug, name, zone, currency, locale, created_at) values ($1, 'gamma', 'Gamma', 'UTC', 'EUR', 'en-US', now()) returning id)
       insert into portico.domains (host, tenant_id) select $2, id from t`,
      [id, `gamma.${portal.core.config.baseDomain}`],
    );
    const calls = await Promise.allSettled([createTenant(portal.core, gamma), createTenant(portal.core, gamma)]);
    const finished = calls.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    expect(finished.map(({ tenant, login }) => [tenant.id, login])).toEqual([[id, 'owner@gamma.example']]);
    expect(calls.find((one) => one.status === 'rejected')?.reason).toBeInstanceOf(SlugTaken);
    const { token } = await portal.core.identity.signIn(finished[0]!.tenant, { ...finished[0]!, ip: '127.0.0.1', userAgent: '' });
    expect(token).toMatch(/\w/);
  });

  it('is refused by its short name when somebody is in it', async () => {
    await expect(createTenant(portal.core, { ...gamma, slug: 'alpha' })).rejects.toThrow(SlugTaken);
  });
});
