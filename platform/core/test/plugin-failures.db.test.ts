import { afterAll, describe, expect, it } from 'vitest';
import { core as coreKey, sql } from '@portico/kit/server';
import { openCore, switchPlugin, type Core } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';

const loaded = [testPlugin({ id: 'pond' }), testPlugin({ id: 'reeds' })];
const portal = await startTestPortal({ plugins: [], loaded });
const alpha = await portal.business('alpha');
const beta = await portal.business('beta');
// another web, or the worker: a process of its own sees the same database
const other = await openCore({ config: portal.core.config, plugins: [], loaded });
afterAll(async () => {
  await other.close();
  await portal.close();
});

const shown = async (core: Core, business = alpha, id = 'pond') => {
  const plugin = (await core.systemContext(business.tenant, 'core').use(coreKey).plugins()).find((one) => one.id === id)!;
  return { failures: plugin.failures, last: plugin.lastFailure };
};
const rows = () =>
  alpha
    .systemCtx('core')
    .inTenant((tx) =>
      tx.rows<{ plugin_id: string; count: number; version: string }>(
        sql`select plugin_id, count, xmin::text as version from portico.plugin_failures order by 1`,
      ),
    );

describe('what went wrong in a plugin', () => {
  it('is told alike by every process, whichever it happened in, with the last of it and its time', async () => {
    portal.core.failures.note(alpha.tenant.id, 'pond', 'page duck-list', new Error('the pond is dry\nat line 1'));
    await portal.core.failures.flush();
    other.failures.note(alpha.tenant.id, 'pond', 'event pond.splashed', new Error('the net is torn'));
    await other.failures.flush();
    const expected = { failures: 2, last: { where: 'event pond.splashed', because: 'Error: the net is torn', at: expect.stringMatching(/^20\d\d-/) } };
    expect(await shown(portal.core)).toEqual(expected);
    expect(await shown(other)).toEqual(expected);
    expect(await shown(portal.core, alpha, 'reeds')).toEqual({ failures: 0, last: undefined });
    expect(await shown(portal.core, beta)).toEqual({ failures: 0, last: undefined });
  });

  it('is there soon without anybody asking for it, and a storm of it is one row and one write', async () => {
    const [before] = await rows();
    for (let at = 0; at < 5_000; at += 1) portal.core.failures.note(alpha.tenant.id, 'pond', 'page duck-list', new Error(`nul \0 ${'x'.repeat(5_000)}`));
    await expect.poll(async () => (await rows())[0]?.count, { timeout: 5_000 }).toBe(5_002);
    expect(await rows()).toHaveLength(1);
    expect(before!.version).not.toBe((await rows())[0]!.version);
    expect((await shown(other)).last!.because).toHaveLength(500);
  });

  it('is written when the process ends', async () => {
    const short = await openCore({ config: portal.core.config, plugins: [], loaded });
    short.failures.note(beta.tenant.id, 'reeds', 'page reed', 'broken');
    await short.close();
    expect(await shown(other, beta, 'reeds')).toMatchObject({ failures: 1, last: { because: 'broken' } });
  });

  it('is no news any more after seven days, or once the plugin is switched on anew', async () => {
    await beta
      .systemCtx('core')
      .inTenant((tx) => tx.run(sql`update portico.plugin_failures set last_at = last_at - interval '8 days', since = since - interval '9 days'`));
    expect(await shown(other, beta, 'reeds')).toEqual({ failures: 0, last: undefined });
    other.failures.note(beta.tenant.id, 'reeds', 'page reed', 'broken again');
    await other.failures.flush();
    expect(await shown(other, beta, 'reeds')).toMatchObject({ failures: 1, last: { because: 'broken again' } });
    await switchPlugin(beta.systemCtx('core'), 'reeds', false);
    expect(await shown(other, beta, 'reeds')).toMatchObject({ failures: 1 });
    await switchPlugin(beta.systemCtx('core'), 'reeds', true);
    expect(await shown(other, beta, 'reeds')).toEqual({ failures: 0, last: undefined });
  });

  it('of a business that is gone keeps nobody else waiting', async () => {
    portal.core.failures.note('0190a5b0-0000-7000-8000-00000000dead', 'pond', 'page', 'lost');
    portal.core.failures.note(beta.tenant.id, 'pond', 'page', 'found');
    await portal.core.failures.flush();
    expect(await shown(portal.core, beta)).toMatchObject({ failures: 1, last: { because: 'found' } });
  });
});
