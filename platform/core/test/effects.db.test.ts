import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCase, defineEffect, demandConfirmed, done, EffectsApplied, EffectsPending, FactsChanged, step, type EffectLine, type Id } from '@portico/kit';
import { applyEffects, sql, workCase, type Ctx, type Tx } from '@portico/kit/server';
import { pinPlugins, switchPlugin } from '@portico/core';
import { startTestPortal, testPlugin, type TestBusiness } from '@portico/testing';
import { Budget } from '../hooks/call.ts';
import { liftLeftHolds } from '../hooks/effects/freeze.ts';
import type { HostTx } from '../context/host-tx.ts';

const Closing = z.object({ shop: z.string(), loaves: z.int() });
type Closing = z.output<typeof Closing>;
const closing = defineEffect('street.closing', { change: Closing });

/** What one participant does instead of its work, at one of its functions. */
type Mood = 'throws' | 'hangs' | 'breaks-sql' | 'talks-nonsense' | 'writes' | 'writes-late';
const moods = new Map<string, Mood>();
let fails: (where: string) => boolean = () => false;
let said: EffectLine[] | undefined;
beforeEach(() => {
  moods.clear();
  fails = () => false;
  said = undefined;
});

/** Leaves a mark that lives and dies with the transaction, then does as its mood is. */
async function act(tx: Tx, what: string, isWrite: boolean): Promise<void> {
  const where = `${tx.ctx.pluginId}:${what}`;
  if (isWrite) await tx.audit(where, null, null);
  const mood = moods.get(where);
  if (mood === 'throws' || fails(where)) throw new Error(`${where} fell down`);
  if (mood === 'breaks-sql') await tx.rows(sql`select 1 / 0`);
  if (mood === 'writes') await tx.audit(`${where} forbidden`, null, null);
  if (mood === 'hangs') await new Promise(() => undefined);
  if (mood === 'writes-late') {
    await new Promise((resolve) => setTimeout(resolve, 2_300));
    await tx.audit(`${where} late`, null, null);
  }
}

const shareOf = (id: string, { canRevert = true } = {}) =>
  testPlugin(
    { id, onByDefault: false },
    {
      hooks: [
        closing.takePart({
          async foresee(tx, { loaves }) {
            await act(tx, 'foresee', false);
            if (moods.get(`${id}:foresee`) === 'talks-nonsense') return [{ words: 'all of it' }] as never;
            return [{ text: `${id}.loaves`, values: { loaves } }];
          },
          hold: (tx) => act(tx, 'hold', true),
          release: (tx) => act(tx, 'release', true),
          async apply(tx) {
            await act(tx, 'apply', true);
            return moods.get(`${id}:apply`) === 'talks-nonsense' ? ('all gone' as never) : said;
          },
          ...(canRevert ? { revert: (tx: Tx) => act(tx, 'revert', true) } : {}),
        }),
      ],
    },
  );

const shutting = defineCase<{ subject: Id }, 'take-effect'>({
  kind: 'street.shutting',
  version: 1,
  next: (_, taken) => (taken.has('take-effect') ? done('shut') : step('take-effect', '2026-01-01T00:00:00.000Z')),
});
const street = testPlugin(
  { id: 'street', processes: [shutting] },
  { processes: [workCase(shutting, { facts: async (_, subject) => ({ subject }), steps: { 'take-effect': applyEffects((_, { subject }) => subject) } })] },
);
const ALL = ['baker', 'cook', 'dyer'];
const portal = await startTestPortal({ plugins: [], loaded: [street, shareOf('baker'), shareOf('cook', { canRevert: false }), shareOf('dyer')] });
afterAll(() => portal.close());

let count = 0;
async function newStreet(plugins = ALL): Promise<{ business: TestBusiness; ctx: Ctx; did(): Promise<string[]> }> {
  const business = await portal.business(`street-${(count += 1)}`, { plugins });
  const ctx = business.systemCtx('street');
  await ctx.inTenant(async () => undefined);
  const did = async () =>
    (await ctx.inTenant((tx) => tx.rows<{ what: string }>(sql`select what from portico.audit_log where what like '%:%' order by id`))).map(({ what }) => what);
  return { business, ctx, did };
}
const change: Closing = { shop: 'corner', loaves: 3 };
const subject = '00000000-0000-7000-8000-0000000000aa';
const foresee = (ctx: Ctx, of: Closing = change) => ctx.foresee(closing, subject, of);
async function begin(ctx: Ctx, cause: Id = ctx.newId()): Promise<Id> {
  const foreseen = await foresee(ctx);
  await ctx.inTenant((tx) => tx.freeze(closing, { cause, subject, change, foreseen }));
  return cause;
}
const statesOf = async (ctx: Ctx, cause: Id) => Object.fromEntries((await ctx.effects(cause)).map(({ pluginId, state }) => [pluginId, state]));
const holdsOf = async (ctx: Ctx, cause: Id) => Object.fromEntries((await ctx.effects(cause)).map(({ pluginId, hold }) => [pluginId, hold]));

describe('what a change will do, before the button', () => {
  it('is told by every plugin that is on, in one order, with what cannot be taken back marked', async () => {
    const { business, ctx } = await newStreet();
    const { parts, token } = await foresee(ctx);
    expect(parts.map(({ pluginId, title, lines, revertible }) => ({ pluginId, title, lines, revertible }))).toEqual([
      { pluginId: 'baker', title: 'baker.title', lines: [{ text: 'baker.loaves', values: { loaves: 3 } }], revertible: true },
      { pluginId: 'cook', title: 'cook.title', lines: [{ text: 'cook.loaves', values: { loaves: 3 }, final: true }], revertible: false },
      { pluginId: 'dyer', title: 'dyer.title', lines: [{ text: 'dyer.loaves', values: { loaves: 3 } }], revertible: true },
    ]);
    await pinPlugins(business.systemCtx('core'), 'street.closing', ['dyer']);
    const pinned = await foresee(ctx);
    expect(pinned.parts.map(({ pluginId }) => pluginId)).toEqual(['dyer', 'baker', 'cook']);
    expect(pinned.token).toBe(token);
  });

  it('has a token that stands for the facts: business, subject, plugins, keys and values', async () => {
    const { business, ctx } = await newStreet();
    const { token } = await foresee(ctx);
    expect((await foresee(ctx)).token).toBe(token);
    expect((await foresee(ctx, { ...change, loaves: 4 })).token).not.toBe(token);
    expect((await ctx.foresee(closing, ctx.newId(), change)).token).not.toBe(token);
    expect((await foresee((await newStreet()).ctx)).token).not.toBe(token);
    await switchPlugin(business.systemCtx('core'), 'dyer', false);
    expect((await foresee(ctx)).token).not.toBe(token);
  });

  it('is compared with what was confirmed: the new list comes with the refusal', async () => {
    const { ctx } = await newStreet();
    const before = await foresee(ctx);
    const now = await foresee(ctx, { ...change, loaves: 4 });
    expect(() => demandConfirmed(before, before.token)).not.toThrow();
    const refused = thrownBy(() => demandConfirmed(now, before.token));
    expect(refused).toBeInstanceOf(FactsChanged);
    expect(refused).toMatchObject({ code: 'portico.facts-changed', status: 409, foreseen: now });
  });

  it.each(['throws', 'hangs', 'talks-nonsense', 'breaks-sql', 'writes'] as const)('costs only itself when a plugin %s', async (mood) => {
    const { business, ctx, did } = await newStreet();
    const { token } = await foresee(ctx);
    moods.set('baker:foresee', mood);
    const began = performance.now();
    const { parts, token: other } = await foresee(ctx);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(parts.map(({ pluginId, failed, lines }) => [pluginId, failed, lines[0]!.text])).toEqual([
      ['baker', true, 'portico.effect.not-asked'],
      ['cook', undefined, 'cook.loaves'],
      ['dyer', undefined, 'dyer.loaves'],
    ]);
    expect(other).not.toBe(token);
    expect((await foresee(ctx)).token).toBe(other);
    expect([await business.failuresOf('baker'), await business.failuresOf('cook'), await did()]).toEqual([2, 0, []]);
  });

  it('is not asked inside a transaction, and marks no call as carried out', async () => {
    const { business, ctx } = await newStreet();
    await ctx.inTenant(async () => expect(foresee(ctx)).rejects.toThrow('while a transaction'));
    let marked = 0;
    const asking = portal.core.contextFor({ tenant: business.tenant, actor: ctx.actor, pluginId: 'street', beforeCommit: async () => void (marked += 1) });
    await foresee(asking);
    expect(marked).toBe(0);
    await asking.inTenant(async () => undefined);
    expect(marked).toBe(1);
  });
});

describe('a change that begins', () => {
  it('keeps one row for each plugin with the lines as shown, and holds in the same transaction', async () => {
    const { ctx, did } = await newStreet();
    const cause = await begin(ctx);
    expect(await ctx.effects(cause)).toMatchObject([
      {
        pluginId: 'baker',
        state: 'frozen',
        hold: 'held',
        shown: [{ text: 'baker.loaves', values: { loaves: 3 } }],
        applied: [],
        differs: false,
        revertible: true,
      },
      { pluginId: 'cook', state: 'frozen', hold: 'held', revertible: false },
      { pluginId: 'dyer', state: 'frozen', hold: 'held' },
    ]);
    expect(await did()).toEqual(['baker:hold', 'cook:hold', 'dyer:hold']);
    await begin(ctx, cause);
    expect(await did()).toHaveLength(3);
    expect((await (await newStreet()).ctx.effects(cause)).length).toBe(0);
  });

  it('leaves nothing when its transaction fails', async () => {
    const { ctx, did } = await newStreet();
    const foreseen = await foresee(ctx);
    const cause = ctx.newId();
    const failing = ctx.inTenant(async (tx) => {
      await tx.freeze(closing, { cause, subject, change, foreseen });
      expect(await tx.effects(cause)).toHaveLength(3);
      throw new Error('second thoughts');
    });
    await expect(failing).rejects.toThrow('second thoughts');
    expect([await ctx.effects(cause), await did()]).toEqual([[], []]);
  });

  it.each(['throws', 'hangs', 'breaks-sql', 'writes-late'] as const)('goes on without a hold that %s, which is noted and marked', async (mood) => {
    const { business, ctx, did } = await newStreet();
    moods.set('cook:hold', mood);
    const foreseen = await foresee(ctx);
    const cause = ctx.newId();
    await ctx.inTenant(async (tx) => {
      await tx.freeze(closing, { cause, subject, change, foreseen });
      // the transaction is still open when the late one writes
      if (mood === 'writes-late') await new Promise((resolve) => setTimeout(resolve, 600));
    });
    expect(await holdsOf(ctx, cause)).toEqual({ baker: 'held', cook: 'failed', dyer: 'held' });
    expect(await did()).toEqual(['baker:hold', 'dyer:hold']);
    expect(await business.failuresOf('cook')).toBe(1);
  });
});

describe('a change that is undone before it takes effect', () => {
  it('lifts every hold, the last first, and may be told so twice', async () => {
    const { ctx, did } = await newStreet();
    const cause = await begin(ctx);
    await ctx.inTenant((tx) => tx.release(cause));
    await ctx.inTenant((tx) => tx.release(cause));
    expect((await did()).slice(3)).toEqual(['dyer:release', 'cook:release', 'baker:release']);
    expect(await statesOf(ctx, cause)).toEqual({ baker: 'released', cook: 'released', dyer: 'released' });
    expect(await holdsOf(ctx, cause)).toEqual({ baker: 'none', cook: 'none', dyer: 'none' });
    await ctx.applyEffects(cause);
    expect((await did()).some((what) => what.endsWith(':apply'))).toBe(false);
  });

  it('does not lift what was not held, and leaves to the reconciler what cannot be lifted now', async () => {
    const { business, ctx, did } = await newStreet();
    moods.set('baker:hold', 'throws');
    moods.set('dyer:release', 'throws');
    const cause = await begin(ctx);
    await switchPlugin(business.systemCtx('core'), 'cook', false);
    await ctx.inTenant((tx) => tx.release(cause));
    expect(await holdsOf(ctx, cause)).toEqual({ baker: 'none', cook: 'held', dyer: 'held' });
    moods.clear();
    await switchPlugin(business.systemCtx('core'), 'cook', true);
    for (let time = 0; time < 2; time += 1) await ctx.inTenant((tx) => liftLeftHolds(tx as HostTx));
    expect(await holdsOf(ctx, cause)).toEqual({ baker: 'none', cook: 'none', dyer: 'none' });
    expect((await did()).filter((what) => what.endsWith(':release')).sort()).toEqual(['cook:release', 'dyer:release']);
  });

  it('is refused once a share was applied; of both at the same moment one counts, 20 rounds', async () => {
    const { ctx, did } = await newStreet(['baker']);
    const applied = await begin(ctx);
    await ctx.applyEffects(applied);
    await expect(ctx.inTenant((tx) => tx.release(applied))).rejects.toBeInstanceOf(EffectsApplied);
    const ends: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const { ctx: other } = { ctx: portal.core.systemContext(ctx.tenant, 'street') };
      const cause = await begin(ctx);
      const [undone] = await Promise.allSettled([ctx.inTenant((tx) => tx.release(cause)), other.applyEffects(cause)]);
      const { baker } = await statesOf(ctx, cause);
      expect(baker).toBe(undone.status === 'fulfilled' ? 'released' : 'applied');
      ends.push(baker!);
    }
    expect((await did()).filter((what) => what === 'baker:apply')).toHaveLength(1 + ends.filter((end) => end === 'applied').length);
  });
});

describe('a change that takes effect', () => {
  it('is applied by each plugin once, in 20 rounds of failures between the rows', async () => {
    const { ctx, did } = await newStreet();
    for (let round = 0; round < 20; round += 1) {
      const cause = await begin(ctx);
      const falls = new Map(ALL.map((id, at) => [`${id}:apply`, (round >> at) % 3]));
      fails = (where) => {
        const left = falls.get(where) ?? 0;
        falls.set(where, left - 1);
        return left > 0;
      };
      for (let tries = 0; ; tries += 1) {
        const outcome = await ctx.applyEffects(cause).catch((error: unknown) => error);
        if (outcome === undefined) break;
        expect(outcome).toBeInstanceOf(EffectsPending);
        expect(tries).toBeLessThan(3);
      }
      await ctx.applyEffects(cause);
      expect(await statesOf(ctx, cause)).toEqual({ baker: 'applied', cook: 'applied', dyer: 'applied' });
      for (const id of ALL) expect((await did()).filter((what) => what === `${id}:apply`)).toHaveLength(round + 1);
    }
  });

  it('is applied once by two workers at the same time', async () => {
    const { ctx, did } = await newStreet();
    const cause = await begin(ctx);
    const both = ['one', 'two'].map(() => portal.core.systemContext(ctx.tenant, 'street').applyEffects(cause));
    await Promise.all(both);
    expect((await did()).filter((what) => what.endsWith(':apply'))).toHaveLength(3);
  });

  it.each(['throws', 'hangs', 'breaks-sql', 'talks-nonsense'] as const)(
    'goes on for the others when one %s; it is tried again until it is through',
    async (mood) => {
      const { business, ctx, did } = await newStreet();
      const cause = await begin(ctx);
      moods.set('baker:apply', mood);
      await expect(ctx.applyEffects(cause)).rejects.toMatchObject({ code: 'portico.effects-pending', values: { plugins: 'baker' } });
      expect(await ctx.effects(cause)).toMatchObject([{ state: 'failed', tries: 1, hold: 'held' }, { state: 'applied', hold: 'none' }, { state: 'applied' }]);
      expect((await did()).filter((what) => what.endsWith(':apply'))).toEqual(['cook:apply', 'dyer:apply']);
      expect(await business.failuresOf('baker')).toBe(1);
      moods.clear();
      await ctx.applyEffects(cause);
      expect((await did()).filter((what) => what === 'baker:apply')).toHaveLength(1);
    },
    30_000,
  );

  it('tries what failed before after all others, so that one that hangs keeps nobody waiting', async () => {
    const { ctx, did } = await newStreet();
    const cause = await begin(ctx);
    await ctx.inTenant((tx) => tx.run(sql`update portico.effects set state = 'failed' where cause = ${cause} and plugin_id = 'baker'`));
    await ctx.applyEffects(cause);
    expect((await did()).filter((what) => what.endsWith(':apply'))).toEqual(['cook:apply', 'dyer:apply', 'baker:apply']);
  });

  it('is left as it stands, and nobody blamed, when the worker ends in the middle', async () => {
    const { business, ctx } = await newStreet(['baker']);
    const cause = await begin(ctx);
    moods.set('baker:apply', 'hangs');
    const time = new Budget();
    const applying = business.systemCtx('street').child('street', undefined, time).applyEffects(cause);
    setTimeout(() => void time.spend(), 300);
    await expect(applying).rejects.toMatchObject({ name: 'CalledOff' });
    expect([await statesOf(ctx, cause), await business.failuresOf('baker')]).toEqual([{ baker: 'frozen' }, 0]);
  });

  it('says what really happened beside what was shown', async () => {
    const { ctx } = await newStreet(['baker', 'dyer']);
    const asShown = await begin(ctx);
    await ctx.applyEffects(asShown);
    expect((await ctx.effects(asShown)).map(({ differs, applied }) => [differs, applied[0]!.values])).toEqual([
      [false, { loaves: 3 }],
      [false, { loaves: 3 }],
    ]);
    said = [{ text: 'baker.loaves', values: { loaves: 2 } }];
    const other = await begin(ctx);
    await ctx.applyEffects(other);
    expect((await ctx.effects(other))[0]).toMatchObject({ differs: true, applied: said, shown: [{ text: 'baker.loaves', values: { loaves: 3 } }] });
  });

  it('skips a plugin that was switched off meanwhile, with a line that says so', async () => {
    const { business, ctx, did } = await newStreet();
    const cause = await begin(ctx);
    await switchPlugin(business.systemCtx('core'), 'cook', false);
    await ctx.applyEffects(cause);
    expect((await ctx.effects(cause))[1]).toMatchObject({
      pluginId: 'cook',
      state: 'skipped',
      hold: 'held',
      applied: [{ text: 'portico.effect.plugin-off' }],
      differs: true,
    });
    await switchPlugin(business.systemCtx('core'), 'cook', true);
    await ctx.inTenant((tx) => liftLeftHolds(tx as HostTx));
    expect((await did()).filter((what) => what.startsWith('cook:'))).toEqual(['cook:hold', 'cook:release']);
  });

  it('does so as a step of a case, which fails until all are through', async () => {
    const { business, ctx } = await newStreet();
    const cause = await begin(ctx);
    await ctx.inTenant((tx) => tx.start(shutting, cause));
    moods.set('dyer:apply', 'throws');
    await expect(business.settleProcesses()).rejects.toBeInstanceOf(EffectsPending);
    expect((await ctx.timeline(shutting, cause)).past).toEqual([]);
    moods.clear();
    await business.settleProcesses();
    expect((await ctx.timeline(shutting, cause)).outcome).toBe('shut');
    expect(await statesOf(ctx, cause)).toEqual({ baker: 'applied', cook: 'applied', dyer: 'applied' });
  });
});

describe('a change that is taken back', () => {
  it('goes the other way round, says what cannot and what failed, and may be repeated', async () => {
    const { business, ctx, did } = await newStreet();
    const cause = await begin(ctx);
    await ctx.applyEffects(cause);
    moods.set('baker:revert', 'throws');
    const outcomes = async () => (await ctx.revertEffects(cause)).map(({ pluginId, outcome }) => `${pluginId} ${outcome}`);
    expect(await outcomes()).toEqual(['dyer reverted', 'cook cannot', 'baker failed']);
    expect(await business.failuresOf('baker')).toBe(1);
    moods.clear();
    expect(await outcomes()).toEqual(['dyer reverted', 'cook cannot', 'baker reverted']);
    expect(await outcomes()).toEqual(['dyer reverted', 'cook cannot', 'baker reverted']);
    expect((await did()).filter((what) => what.endsWith(':revert'))).toEqual(['dyer:revert', 'baker:revert']);
    expect(await statesOf(ctx, cause)).toEqual({ baker: 'reverted', cook: 'applied', dyer: 'reverted' });
  });

  it('cannot be where the plugin is off, and takes back nothing that was never applied', async () => {
    const { business, ctx } = await newStreet(['baker']);
    const frozen = await begin(ctx);
    expect(await ctx.revertEffects(frozen)).toEqual([]);
    await ctx.applyEffects(frozen);
    await switchPlugin(business.systemCtx('core'), 'baker', false);
    expect(await ctx.revertEffects(frozen)).toMatchObject([{ outcome: 'cannot' }]);
  });
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}
