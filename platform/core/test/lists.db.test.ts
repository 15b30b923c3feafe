import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InvalidInput } from '@portico/kit';
import type { Ctx, ListPage, Route, RouteRequest } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

// Every list that any installed plugin offers by API (line 6 of the issue): the same parameters, the same answer.
const portal = await startTestPortal();
afterAll(() => portal.close());
const business = await portal.business('alpha');

const answersWith = (route: Route, field: string): boolean => route.answer instanceof z.ZodObject && field in route.answer.shape;
const reads = portal.core.registry.plugins.flatMap(({ id, server }) =>
  (server.routes ?? []).filter(({ method }) => method === 'get').map((route) => ({ plugin: id, route, name: `${id}: ${route.name}` })),
);
const lists = reads.filter(({ route }) => answersWith(route, 'data'));
const asked = (query: unknown): RouteRequest<unknown, unknown> => ({ params: {}, query, body: undefined });

async function pageOf({ plugin, route }: (typeof lists)[number], query: object): Promise<ListPage<{ id: string }>> {
  const ctx: Ctx = await business.ctxOf('owner', plugin);
  return (await route.handle!(ctx, asked(route.query!.parse(query)))) as ListPage<{ id: string }>;
}

describe('a list', () => {
  it('is what every plugin with something to show has', () => expect(lists.length).toBeGreaterThan(12));

  it.each(lists)('$name takes limit, cursor and sort, and answers data and nextCursor', ({ route }) => {
    expect(Object.keys((route.query as z.ZodObject).shape)).toEqual(expect.arrayContaining(['limit', 'cursor', 'sort']));
    expect(answersWith(route, 'nextCursor')).toBe(true);
    for (const wrong of [{ limit: '0' }, { limit: '101' }, { limit: 'x' }, { sort: 'no-such-order' }, { cursor: 'x'.repeat(2_001) }]) {
      const { error } = route.query!.safeParse(wrong);
      expect(error?.issues.map(({ path }) => path[0])).toEqual(Object.keys(wrong));
    }
  });

  it.each(lists.filter(({ route }) => !route.path.includes('{')))('$name refuses a cursor that nobody handed out, at its field', async (list) => {
    expect(Array.isArray((await pageOf(list, {})).data)).toBe(true);
    for (const parts of ['nonsense', '["x","y"]', 'null', '["name","a","00000000-0000-7000-8000-000000000001"]', '["-at",7,8]']) {
      const refused = await pageOf(list, { cursor: Buffer.from(parts).toString('base64url') }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (parts.startsWith('["name"') && refused === undefined) continue; // a place in this very order that no row stands at
      expect(refused, `${list.name} ${parts}`).toBeInstanceOf(InvalidInput);
      expect(Object.keys((refused as InvalidInput).fields)).toEqual(['cursor']);
    }
  });
});

// The pages beside them: an address is typed, shortened, kept for long.
const pages = portal.core.registry.plugins.flatMap((plugin) =>
  (plugin.manifest.pages ?? [])
    .filter((page) => !page.path.includes(':'))
    .map(({ area, view }) => ({ plugin, name: `${plugin.id}: ${area}/${view}`, file: path.join(plugin.dir, area, `${view}.server.ts`) })),
);
type Load = (ctx: Ctx, request: { params: object; query: URLSearchParams }) => Promise<object | undefined>;
const withLists = new Set<string>();
const loadOf = async ({ file, plugin }: (typeof pages)[number]) => {
  const { load } = (await import(file)) as { load: Load };
  const ctx = await business.ctxOf('owner', plugin.id);
  // each page that is shown has a form of its own
  return async (query: string) => {
    const shown = await load(ctx, { params: {}, query: new URLSearchParams(query) });
    return shown && 'formId' in shown ? { ...shown, formId: 'its own' } : shown;
  };
};

describe('the page of a list', () => {
  const cursorOf = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const garbled = [
    'limit=x&limit=101',
    'sort=no-such-order',
    'cursor=nonsense',
    'before=nonsense',
    `cursor=${'x'.repeat(2_001)}`,
    `cursor=${cursorOf('x', 'y')}`,
    `before=${cursorOf('-requested', 'no time', 'no id')}`,
    'status=no-such&state=no-such&type=none&order=none&from=yesterday&unmatched=perhaps&q=',
  ];

  it.each(pages)('$name: what is not valid in its address counts as not given', async (page) => {
    const load = await loadOf(page);
    const plain = await load('').catch((error: unknown) => error);
    const hasList = plain instanceof Object && 'nextCursor' in plain;
    withLists.add(hasList ? page.name : '');
    if (hasList) for (const query of garbled) expect(await load(query), query).toEqual(plain);
    expect(plain).toBeDefined();
  });
  it('is one of more than ten', () => expect(withLists.size).toBeGreaterThan(10));
});
