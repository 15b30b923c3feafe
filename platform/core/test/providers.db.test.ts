import { afterAll, describe, expect, it } from 'vitest';
import { defineError, defineProvider } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { pinPlugins, switchPlugin } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';

interface Ferry {
  readonly captain: string;
  cross(passengers: number): Promise<string>;
  price(): number;
}
const ferry = defineProvider<Ferry>()('river.ferry');
class TooMany extends defineError('river.too-many', 409) {}

/** A ferry of one plugin; more than ten passengers are refused, with a hundred it sinks. */
const ferryOf = (id: string) =>
  testPlugin(
    { id, onByDefault: false },
    {
      hooks: [
        ferry.provide((ctx) => ({
          captain: id,
          price: () => 3,
          async cross(passengers) {
            if (passengers === 100) throw new Error('it sank');
            if (passengers > 10) throw new TooMany();
            const { one } = (await ctx.inTenant((tx) => tx.row<{ one: number }>(sql`select 1 as one`)))!;
            return `${passengers + one - 1} crossed with ${ctx.pluginId}`;
          },
        })),
      ],
    },
  );
const broken = testPlugin(
  { id: 'aground', onByDefault: false },
  {
    hooks: [
      ferry.provide(() => {
        throw new Error('it lies on the sand');
      }),
    ],
  },
);
const river = testPlugin({ id: 'river' });
const portal = await startTestPortal({ plugins: [], loaded: [river, ferryOf('raft'), ferryOf('boat'), broken] });
afterAll(() => portal.close());

async function riverOf(slug: string, plugins: readonly string[]) {
  const business = await portal.business(slug, { plugins });
  const ctx = business.systemCtx('river');
  await ctx.inTenant(async () => undefined);
  return { business, ctx, ferry: () => ctx.provider(ferry) };
}

describe('a provider', () => {
  it('is the one plugin that is on here, and works in its own context', async () => {
    const { ferry } = await riverOf('one', ['raft']);
    expect(await ferry().cross(4)).toBe('4 crossed with raft');
    expect([ferry().captain, ferry().price()]).toEqual(['raft', 3]);
  });

  it('of several is the first by plugin id, or the one that the business has pinned', async () => {
    const { business, ctx, ferry } = await riverOf('two', ['raft', 'boat']);
    expect(await ferry().cross(1)).toBe('1 crossed with boat');
    await pinPlugins(business.systemCtx('core'), 'river.ferry', ['raft']);
    await ctx.inTenant(async () => undefined);
    expect(await ferry().cross(1)).toBe('1 crossed with raft');
    await switchPlugin(business.systemCtx('core'), 'raft', false);
    await ctx.inTenant(async () => undefined);
    expect(await ferry().cross(1)).toBe('1 crossed with boat');
  });

  it('that nobody is, is said so; another business is not asked', async () => {
    await riverOf('with', ['raft']);
    const { ferry } = await riverOf('without', []);
    expect(ferry).toThrow(expect.objectContaining({ code: 'portico.no-provider', status: 503 }));
  });

  it('that fails is noted under its own name; a refusal that people may see is none', async () => {
    const { business, ferry } = await riverOf('rough', ['raft']);
    await expect(ferry().cross(11)).rejects.toBeInstanceOf(TooMany);
    expect(await business.failuresOf('raft')).toBe(0);
    await expect(ferry().cross(100)).rejects.toThrow('it sank');
    expect([await business.failuresOf('raft'), await business.failuresOf('river')]).toEqual([1, 0]);
  });

  it('that cannot be made is noted, too', async () => {
    const { business, ferry } = await riverOf('sand', ['aground']);
    expect(ferry).toThrow('it lies on the sand');
    expect(await business.failuresOf('aground')).toBe(1);
  });

  it('is neither found nor called while a transaction is open', async () => {
    const { ctx, ferry } = await riverOf('open', ['raft']);
    const found = ferry();
    await ctx.inTenant(async () => {
      expect(ferry).toThrow('while a transaction');
      expect(() => found.cross(1)).toThrow('while a transaction');
    });
    expect(await found.cross(1)).toBe('1 crossed with raft');
  });
});
