import type { ServerBuild } from '@remix-run/node';
import { describe, expect, it } from 'vitest';
import { openView } from '../app/open-view.tsx';
import { addressed, withRoutesOf } from '../pages.ts';

const on = new Set(['leads', 'returns']);

describe('the plugin that an address belongs to', () => {
  it.each([
    ['/leads', 'leads'],
    ['/leads.data', 'leads'],
    ['/leads/1/x?q=/returns', 'leads'],
    ['/console/returns', 'returns'],
    ['/console/returns.data?_routes=x', 'returns'],
    ['/example', undefined],
    ['/', undefined],
    ['/console', undefined],
    ['/console.data', undefined],
    ['/sign-in?to=/leads', undefined],
    ['/consoleleads', undefined],
    ['//leads', undefined],
  ])('%s: %s', (target, plugin) => expect([...addressed(target, on)]).toEqual(plugin ? [plugin] : []));
  it('is the one whose public page it names, when that is on', () => {
    expect([...addressed('/pay/token.data', on, 'leads')]).toEqual(['leads']);
    expect([...addressed('/pay/token', on, 'mud')]).toEqual([]);
  });
});

describe('the build for a set of plugins', () => {
  const routes = { root: 1, 'pages/sign-in': 1, 'plugin.leads.portal.0': 1, 'plugin.leads-more.portal.0': 1, 'plugin.returns.console.1': 1 };
  const build = { routes, assets: { routes, version: 'v' }, future: {} } as unknown as ServerBuild;
  it('has the routes of these and of the web app, in the server and in what a browser is told', () => {
    const filtered = withRoutesOf(build, new Set(['leads']));
    expect(Object.keys(filtered.routes)).toEqual(['root', 'pages/sign-in', 'plugin.leads.portal.0']);
    expect(Object.keys(filtered.assets.routes)).toEqual(Object.keys(filtered.routes));
    expect(filtered.assets.version).toBe('v');
  });
});

describe('a view', () => {
  const View = () => null;
  it('is there once it was imported', async () => {
    const view = openView(async () => ({ default: View }), 'at once');
    expect(await view.failure()).toBeUndefined();
    expect(view.read()).toBe(View);
  });
  it('is waited for while it is being imported', async () => {
    const view = openView(async () => ({ default: View }));
    let waited: unknown;
    try {
      view.read();
    } catch (thrown) {
      waited = thrown;
    }
    expect(waited).toBeInstanceOf(Promise);
    await waited;
    expect(view.read()).toBe(View);
  });
  it.each([
    ['throws while it is imported', () => Promise.reject(new Error('sunk')), 'sunk'],
    ['throws nothing in particular', () => Promise.reject(undefined as unknown as Error), 'could not be imported'],
    ['has no default export', async () => ({}), 'no default export'],
    ['exports something else', async () => ({ default: 'a page' }), 'no default export'],
  ])('that %s is missing, and says why', async (_, load, message) => {
    const view = openView(load, 'at once');
    expect(String(await view.failure())).toContain(message);
    expect(view.read()).toBeUndefined();
  });
});
