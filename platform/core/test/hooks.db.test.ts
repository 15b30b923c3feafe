import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineDecision, defineEvent, defineFilter } from '@portico/kit';
import { sql, userRoles } from '@portico/kit/server';
import { startTestPortal, testPlugin } from '@portico/testing';
import { listParked, openCore, openRelay, pinPlugins, retryParked, switchPlugin } from '@portico/core';
import { resumeSoon } from '../dispatch/resting-events.ts';

const Answer = z.object({ answer: z.enum(['yes', 'no']) });
const maySwim = defineDecision('pond.may-swim', {
  question: z.object({ name: z.string() }),
  verdict: Answer,
  combine: (verdicts) => verdicts.find((one) => one.answer === 'no') ?? verdicts[0],
  fallback: { answer: 'no' },
  whenFailed: { answer: 'no' },
  budgetMs: 100,
});
const mustSwim = defineDecision('pond.must-swim', { ...maySwim, whenFailed: 'refuse' });
const greeting = defineFilter('pond.greeting', { value: z.object({ text: z.string().max(40) }), budgetMs: 100 });
const splashed = defineEvent('pond.splashed', { payload: z.object({ duckId: z.uuid(), drops: z.number() }), subject: (p) => p.duckId });

const asked: string[] = [];
/** Two who are bound to the same points, installed in the other order than that of their ids. */
const waders = ['wader-b', 'wader-a'].map((id) =>
  testPlugin(
    { id, onByDefault: false, alwaysOn: false },
    {
      hooks: [
        maySwim.vote(async () => (asked.push(`vote ${id}`), 'abstain')),
        greeting.change(async (_ctx, value) => (asked.push(`change ${id}`), { text: `${value.text} ${id}` })),
        userRoles.answer(async () => (asked.push(`answer ${id}`), [])),
      ],
    },
  ),
);

const heard: { id: string; seq: number; drops: number }[] = [];
let broken = false;
/** Drops of an event that no handler ever takes. */
const UNLUCKY = 13;
/** Drops of an event whose handler hangs until it is let go. */
const HANGING = -77;
let letGo: () => void = () => undefined;
const go = new Promise<void>((resolve) => (letGo = resolve));
const hanging: string[] = [];
const portal = await startTestPortal({
  plugins: [],
  loaded: [
    ...waders,
    testPlugin({ id: 'pond' }),
    testPlugin(
      { id: 'honest', requires: { pond: '^1.0' } },
      {
        hooks: [
          maySwim.vote(async (_ctx, { name }) => (name === 'nobody' ? 'abstain' : { answer: 'yes' })),
          mustSwim.vote(async () => ({ answer: 'yes' })),
          greeting.change(async (_ctx, value) => ({ text: `${value.text}!` })),
          splashed.react(async (_ctx, { drops }, delivery) => {
            if (broken || drops === UNLUCKY) throw new Error('the net is torn');
            if (drops === HANGING) {
              hanging.push(delivery.id);
              await go;
            }
            heard.push({ id: delivery.id, seq: delivery.seq, drops });
          }),
        ],
      },
    ),
    testPlugin(
      { id: 'broken', onByDefault: false, alwaysOn: false },
      {
        hooks: [
          maySwim.vote(async (_ctx, { name }) => {
            if (name === 'slow') await pause(400);
            if (name === 'liar') return { answer: 'perhaps' } as never;
            if (name === 'thrower') throw new Error('no idea');
            return 'abstain';
          }),
          mustSwim.vote(async () => Promise.reject(new Error('no idea'))),
          greeting.change(async () => ({ text: 'far too long for this little pond, surely it must be refused' })),
        ],
      },
    ),
  ],
});
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const beta = await portal.business('beta', { plugins: ['broken'] });

describe('a decision', () => {
  it('is combined from the votes of the plugins that are on', async () => {
    const { verdict, votes } = await alpha.systemCtx('pond').decide(maySwim, { name: 'duck' });
    expect(verdict).toEqual({ answer: 'yes' });
    expect(votes).toEqual([{ pluginId: 'honest', answer: { kind: 'voted', verdict: { answer: 'yes' } } }]);
  });

  it('falls back when everybody abstains', async () => {
    expect((await alpha.systemCtx('pond').decide(maySwim, { name: 'nobody' })).verdict).toEqual({ answer: 'no' });
  });

  it.each(['slow', 'liar', 'thrower'])('a voter that is a %s has failed, which is neither no nor abstained', async (name) => {
    const { verdict, votes } = await beta.systemCtx('pond').decide(maySwim, { name });
    expect(votes.find((vote) => vote.pluginId === 'broken')?.answer.kind).toBe('failed');
    expect(verdict).toEqual({ answer: 'no' });
  });

  it('does not depend on the order of the votes, even where a point combines carelessly', async () => {
    const careless = defineDecision('pond.careless', {
      ...maySwim,
      verdict: z.object({ answer: z.string() }),
      combine: ([first]) => first,
      fallback: { answer: '' },
    });
    const answers = ['north', 'south', 'east', 'west', 'east'];
    const verdictOf = async (order: readonly string[]) => {
      const voters = order.map((answer, at) => testPlugin({ id: `voter-${at}` }, { hooks: [careless.vote(async () => ({ answer }))] }));
      const core = await openCore({ config: portal.core.config, plugins: [], loaded: voters });
      const decided = await core.systemContext(alpha.tenant, 'pond').decide(careless, { name: 'duck' });
      await core.close();
      expect(decided.votes.map(({ answer }) => answer)).toEqual(order.map((answer) => ({ kind: 'voted', verdict: { answer } })));
      return decided.verdict;
    };
    const verdicts = [];
    for (let at = 0; at < 12; at += 1)
      verdicts.push(
        await verdictOf(
          answers
            .map((answer) => ({ answer, key: Math.random() }))
            .sort((a, b) => a.key - b.key)
            .map(({ answer }) => answer),
        ),
      );
    expect(new Set(verdicts.map((verdict) => JSON.stringify(verdict))).size).toBe(1);
  });

  it('is refused when a voter failed and the point says so, at that business only', async () => {
    await expect(beta.systemCtx('pond').decide(mustSwim, { name: 'duck' })).rejects.toMatchObject({ code: 'portico.decision-refused' });
    expect((await alpha.systemCtx('pond').decide(mustSwim, { name: 'duck' })).verdict).toEqual({ answer: 'yes' });
  });
});

describe('a filter', () => {
  it('passes the value through, and drops the answer of a plugin that breaks its shape', async () => {
    expect(await alpha.systemCtx('pond').filter(greeting, { text: 'Hello' })).toEqual({ text: 'Hello!' });
    expect(await beta.systemCtx('pond').filter(greeting, { text: 'Hello' })).toEqual({ text: 'Hello!' });
  });
});

describe('several plugins at one point', () => {
  it('are called in the order in which they are told: by plugin id, however they were installed', async () => {
    const gamma = await portal.business('gamma', { plugins: ['wader-a', 'wader-b'] });
    const { registry, enablement } = portal.core;
    const on = await enablement.of(gamma.tenant.id);
    expect(on).toContain('wader-a');
    const told = (kind: string, name: string) =>
      registry.bound(kind, name).flatMap(({ pluginId }) => (pluginId.startsWith('wader') && on.has(pluginId) ? pluginId : []));
    const called = async (verb: string, work: Promise<unknown>) => {
      await work;
      return [...new Set(asked.filter((one) => one.startsWith(`${verb} `)))].map((one) => one.slice(verb.length + 1));
    };
    asked.length = 0;
    const context = gamma.systemCtx('pond');
    expect(await called('vote', context.decide(maySwim, { name: 'duck' }))).toEqual(told('decision', maySwim.name));
    expect(await called('change', context.filter(greeting, { text: 'Hi' }))).toEqual(told('filter', greeting.name));
    expect(await called('answer', gamma.ctxOf('owner', 'pond'))).toEqual(told('union', userRoles.name));
    expect(told('union', userRoles.name)).toEqual(['wader-a', 'wader-b']);
    expect(await context.filter(greeting, { text: 'Hi' })).toEqual({ text: 'Hi! wader-a wader-b' });
  });
});

describe('pins of a business', () => {
  const pin = (business: typeof alpha, point: string, ...plugins: string[]) => pinPlugins(business.systemCtx('core'), point, plugins);
  const greeted = async (business: typeof alpha, core = portal.core) =>
    (await core.systemContext(business.tenant, 'pond').filter(greeting, { text: 'Hi' })).text;

  it('come first, in their order, and the others follow by plugin id; at that business only, in every process within five seconds', async () => {
    const delta = await portal.business('delta', { plugins: ['wader-a', 'wader-b'] });
    const other = await portal.business('epsilon', { plugins: ['wader-a', 'wader-b'] });
    const second = await openCore({ config: portal.core.config, plugins: [], loaded: portal.core.registry.plugins });
    try {
      expect([await greeted(delta), await greeted(delta, second)]).toEqual(['Hi! wader-a wader-b', 'Hi! wader-a wader-b']);
      await pin(delta, greeting.name, 'wader-b', 'wader-a');
      expect(await greeted(delta)).toBe('Hi wader-b wader-a!');
      await expect.poll(() => greeted(delta, second), { timeout: 5_000 }).toBe('Hi wader-b wader-a!');
      expect(await greeted(other)).toBe('Hi! wader-a wader-b');
      await pin(delta, greeting.name, 'wader-b');
      expect(await greeted(delta)).toBe('Hi wader-b! wader-a');
      await switchPlugin(delta.systemCtx('core'), 'wader-b', false);
      expect(await greeted(delta)).toBe('Hi! wader-a');
      await pin(delta, greeting.name);
      await switchPlugin(delta.systemCtx('core'), 'wader-b', true);
      expect(await greeted(delta)).toBe('Hi! wader-a wader-b');
    } finally {
      await second.close();
    }
  });

  it('hold for votes and for answers of a union too', async () => {
    const zeta = await portal.business('zeta', { plugins: ['wader-a', 'wader-b'] });
    for (const point of [maySwim.name, userRoles.name]) await pin(zeta, point, 'wader-b');
    asked.length = 0;
    await zeta.systemCtx('pond').decide(maySwim, { name: 'duck' });
    await zeta.ctxOf('owner', 'pond');
    expect(asked).toEqual(['vote wader-b', 'vote wader-a', 'answer wader-b', 'answer wader-a']);
  });

  it.each([
    ['a point that nobody knows', 'pond.never', ['wader-a'], 'There is no hook point "pond.never".'],
    [
      'a plugin that nobody knows',
      'pond.greeting',
      ['wader-a', 'never'],
      'There is no plugin "never" at pond.greeting; bound there are broken, honest, wader-a, wader-b.',
    ],
    ['a plugin that does nothing there', 'pond.splashed', ['wader-a'], 'There is no plugin "wader-a" at pond.splashed; bound there are honest.'],
    ['a plugin named twice', 'pond.greeting', ['wader-a', 'wader-a'], '"wader-a" is named twice.'],
  ])('%s is refused in a sentence, and nothing changes', async (_, point, plugins, sentence) => {
    await expect(pin(alpha, point, ...plugins)).rejects.toThrow(sentence);
    expect(await alpha.systemCtx('core').inTenant((tx) => tx.rows(sql`select 1 from portico.hook_pins`))).toEqual([]);
  });
});

const duckId = '0190a5b0-0000-7000-8000-000000000001';
const splash = (drops: number) => alpha.systemCtx('pond').inTenant((tx) => tx.publish(splashed, { duckId, drops }));
const waiting = () => alpha.systemCtx('pond').inTenant((tx) => tx.rows(sql`select 1 from portico.due_work where kind = 'event'`));

describe('an event', () => {
  it('reaches its handler after commit, once, with a rising seq', async () => {
    await splash(1);
    await alpha.systemCtx('pond').inTenant((tx) =>
      tx.publishAll(splashed, [
        { duckId, drops: 2 },
        { duckId, drops: 3 },
      ]),
    );
    await alpha.settleEvents();
    expect(heard.map((one) => one.drops).sort()).toEqual([1, 2, 3]);
    expect(heard.map((one) => one.seq).sort()).toEqual([1, 2, 3]);
    expect(heard.find((one) => one.drops === 1)?.seq).toBe(1);
    expect(await waiting()).toEqual([]);
  });

  it('of a transaction that rolls back is never told', async () => {
    const before = heard.length;
    const work = alpha.systemCtx('pond').inTenant(async (tx) => {
      await tx.publish(splashed, { duckId, drops: 99 });
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    await alpha.settleEvents();
    expect(heard).toHaveLength(before);
  });

  it('whose handler keeps failing is parked after eight tries, and a retry delivers it with the same id', async () => {
    broken = true;
    await splash(7);
    for (let round = 0; round < 8; round += 1) {
      await alpha.systemCtx('pond').inTenant((tx) => tx.run(sql`update portico.due_work set not_before = now() - interval '1 second' where kind = 'event'`));
      await alpha.settleEvents();
    }
    const parked = (await listParked(alpha.systemCtx('core'), { limit: 10, sort: '-since' })).data[0];
    expect(parked).toMatchObject({ kind: 'event', name: 'pond.splashed', pluginId: 'honest', tries: 8, lastError: 'the net is torn' });
    broken = false;
    await retryParked(alpha.systemCtx('core'), parked!.id);
    await alpha.settleEvents();
    expect(heard.at(-1)).toMatchObject({ id: parked!.id, drops: 7 });
    expect((await listParked(alpha.systemCtx('core'), { limit: 10, sort: '-since' })).data).toEqual([]);
  });

  it('finds no handler of a plugin that is switched off, and none at a business that never had it', async () => {
    await switchPlugin(alpha.systemCtx('core'), 'honest', false);
    const before = heard.length;
    await splash(8);
    expect(await waiting()).toEqual([]);
    await alpha.settleEvents();
    expect(heard).toHaveLength(before);
    await switchPlugin(alpha.systemCtx('core'), 'honest', true);
  });
});

describe('an event on its way to a plugin that is switched off, or set aside', () => {
  const switchHonest = (on: boolean) => switchPlugin(alpha.systemCtx('core'), 'honest', on);
  const listed = async () =>
    (await listParked(alpha.systemCtx('core'), { limit: 10, sort: '-since' })).data.map(({ id, state, tries }) => ({ id, state, tries }));
  const dueKinds = async () =>
    (await alpha.systemCtx('core').inTenant((tx) => tx.rows<{ kind: string }>(sql`select kind from portico.due_work where kind <> 'reconcile'`))).map(
      ({ kind }) => kind,
    );

  it('rests, which is no failure, costs the relay nothing, and goes on with its id when the plugin is on again', async () => {
    await splash(21);
    await switchHonest(false);
    const failures = await alpha.failuresOf('honest');
    await alpha.settleEvents();
    const [resting] = await listed();
    expect(await listed()).toEqual([{ id: expect.any(String), state: 'resting', tries: 0 }]);
    expect(await dueKinds()).toEqual([]);
    expect(await alpha.failuresOf('honest')).toBe(failures);
    await expect(retryParked(alpha.systemCtx('core'), resting!.id)).rejects.toMatchObject({ code: 'portico.not-found' });
    await switchHonest(true);
    await alpha.settleEvents();
    expect(heard.at(-1)).toMatchObject({ id: resting!.id, drops: 21 });
    expect(await listed()).toEqual([]);
    expect(await dueKinds()).toEqual([]);
  });

  it('rests while the plugin is set aside, and goes on in a process in which it is healthy', async () => {
    await splash(22);
    const without = await openCore({ config: portal.core.config, plugins: [], loaded: [testPlugin({ id: 'pond' })] });
    try {
      await openRelay(without, {}).round();
      expect(await listed()).toEqual([{ id: expect.any(String), state: 'resting', tries: 0 }]);
    } finally {
      await without.close();
    }
    await resumeSoon(portal.core);
    await alpha.settleEvents();
    expect(heard.at(-1)).toMatchObject({ drops: 22 });
    expect(await listed()).toEqual([]);
  });

  it('of 3,000 all go on, and nothing is resting that was published while the switch was thrown', async () => {
    const drops = Array.from({ length: 3_000 }, (_, at) => ({ duckId, drops: 100_000 + at }));
    await alpha.systemCtx('pond').inTenant((tx) => tx.publishAll(splashed, drops));
    await switchHonest(false);
    await alpha.settleEvents();
    await Promise.all([switchHonest(true), ...Array.from({ length: 20 }, (_, at) => splash(200_000 + at))]);
    await alpha.settleEvents();
    expect(heard.filter((one) => one.drops >= 100_000 && one.drops < 200_000)).toHaveLength(3_000);
    expect(await listed()).toEqual([]);
  });
});

describe('switching a plugin', () => {
  it('off is refused by name while an enabled plugin needs it, on while its needs are off', async () => {
    await expect(switchPlugin(alpha.systemCtx('core'), 'pond', false)).rejects.toMatchObject({ code: 'portico.plugin-needed', values: { plugins: 'honest' } });
    await switchPlugin(beta.systemCtx('core'), 'honest', false);
    await switchPlugin(beta.systemCtx('core'), 'pond', false);
    await expect(switchPlugin(beta.systemCtx('core'), 'honest', true)).rejects.toMatchObject({ code: 'portico.plugin-required', values: { plugins: 'pond' } });
  });
});

describe('the relay', () => {
  it('settles what was told though one beside it fails, and says since when the oldest was due', async () => {
    heard.length = 0;
    const duck = [...[1, 2, 3, 4].map((drops) => ({ duckId, drops })), { duckId, drops: UNLUCKY }];
    await alpha.systemCtx('pond').inTenant((tx) => tx.publishAll(splashed, duck));
    await alpha.systemCtx('pond').inTenant((tx) => tx.run(sql`update portico.due_work set not_before = now() - interval '90 seconds' where kind = 'event'`));
    const relay = openRelay(portal.core, {});
    await relay.round();
    const age = Number(/^portico_due_work_age_seconds (\S+)$/m.exec(await portal.core.metrics())?.[1]);
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(120);
    expect(heard.map(({ drops }) => drops).sort()).toEqual([1, 2, 3, 4]);
    expect(await waiting()).toHaveLength(1);
    const rows = await alpha
      .systemCtx('pond')
      .inTenant((tx) => tx.rows<{ tries: number; last_error: string }>(sql`select tries, last_error from portico.event_deliveries where state = 'waiting'`));
    expect(rows).toEqual([{ tries: 1, last_error: 'the net is torn' }]);
    await alpha.systemCtx('pond').inTenant((tx) => tx.run(sql`delete from portico.due_work where kind = 'event'`));
  });

  it('takes turns: behind 10,000 events of one business, ten of another are among the first hundred', async () => {
    const many = Array.from({ length: 10_000 }, (_, drops) => ({ duckId, drops }));
    await switchPlugin(beta.systemCtx('core'), 'pond', true);
    await switchPlugin(beta.systemCtx('core'), 'honest', true);
    await alpha.systemCtx('pond').inTenant((tx) => tx.publishAll(splashed, many));
    await beta.systemCtx('pond').inTenant((tx) =>
      tx.publishAll(
        splashed,
        Array.from({ length: 10 }, () => ({ duckId, drops: -1 })),
      ),
    );
    heard.length = 0;
    const relay = openRelay(portal.core, {});
    let told = 0;
    while (told < 60) told += await relay.round();
    expect(heard.slice(0, 100).filter((one) => one.drops === -1)).toHaveLength(10);
  });

  it('goes on with the others while the handlers of one business hang', async () => {
    await Promise.all([alpha, beta].map((one) => one.systemCtx('core').inTenant((tx) => tx.run(sql`delete from portico.due_work where kind = 'event'`))));
    heard.length = 0;
    await alpha.systemCtx('pond').inTenant((tx) =>
      tx.publishAll(
        splashed,
        Array.from({ length: 20 }, () => ({ duckId, drops: HANGING })),
      ),
    );
    const relay = openRelay(portal.core, {});
    relay.start();
    await expect.poll(() => hanging.length, { timeout: 10_000 }).toBeGreaterThan(0);
    await beta.systemCtx('pond').inTenant((tx) =>
      tx.publishAll(
        splashed,
        Array.from({ length: 10 }, () => ({ duckId, drops: -1 })),
      ),
    );
    await expect.poll(() => heard.filter(({ drops }) => drops === -1).length, { timeout: 5_000 }).toBe(10);
    expect(heard.filter(({ drops }) => drops === HANGING)).toEqual([]);
    letGo();
    await relay.stop();
    expect(heard.filter(({ drops }) => drops === HANGING)).toHaveLength(20);
  });
});
