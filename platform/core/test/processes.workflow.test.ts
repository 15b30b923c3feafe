import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { defineCase, done, hoursAfter, step, type Id, type Instant } from '@portico/kit';
import { askThenWrite, sql, workCase, type Tx } from '@portico/kit/server';
import { openCore, readConfig, switchPlugin, workflowIdOf } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';

interface EggFacts {
  readonly laidAt: Instant;
  readonly stolen: boolean;
}

/** An egg: told at once, turned after a day, hatched after 21 days; a stolen one is over. */
const hatching = defineCase<EggFacts, 'tell' | 'turn' | 'hatch'>({
  kind: 'hen.hatching',
  version: 1,
  next(facts, taken) {
    if (facts.stolen) return done('stolen');
    if (!taken.has('tell')) return step('tell', facts.laidAt);
    if (!taken.has('turn')) return step('turn', hoursAfter(facts.laidAt, 24));
    if (!taken.has('hatch')) return step('hatch', hoursAfter(facts.laidAt, 21 * 24));
    return done('hatched');
  },
});

/** A rule that forgets what it did: it must be noticed, not run for ever. */
const forgetful = defineCase<EggFacts, 'tell'>({ kind: 'hen.forgetful', version: 1, next: (facts) => step('tell', facts.laidAt) });

/** One step that takes its time: for a worker that is told to end in the middle of it. */
const brooding = defineCase<EggFacts, 'sit'>({
  kind: 'hen.brooding',
  version: 1,
  next: (facts, taken) => (taken.has('sit') ? done('warm') : step('sit', facts.laidAt)),
});
const brood = { asked: 0, ask: async (): Promise<void> => undefined };

const eggs = new Map<Id, { laidAt: Instant; stolen: boolean; did: string[] }>();
const note = (what: string) => async (_tx: Tx, id: Id) => void eggs.get(id)!.did.push(what);
const facts = async (_tx: Tx, id: Id): Promise<EggFacts> => eggs.get(id)!;
let asked = 0;
let nestIsBroken = false;
const hen = testPlugin(
  { id: 'hen', processes: [hatching, forgetful, brooding] },
  {
    processes: [
      workCase(hatching, {
        facts,
        steps: {
          tell: async (tx, id) => (nestIsBroken ? Promise.reject(new Error('the nest is broken')) : note('tell')(tx, id)),
          turn: askThenWrite({ ask: async () => (asked += 1), write: note('turn') }),
          hatch: note('hatch'),
        },
      }),
      workCase(forgetful, { facts, steps: { tell: note('tell') } }),
      workCase(brooding, { facts, steps: { sit: askThenWrite({ ask: () => brood.ask(), write: note('sit') }) } }),
    ],
  },
  { 'hen.hatching': 'Hatching of an egg', 'hen.hatching.tell.planned': 'The farmer is told', 'hen.hatching.turn.planned': 'The egg is turned' },
);

const portal = await startTestPortal({ plugins: [], loaded: [hen], worker: true });
afterAll(() => portal.close());
let worker = portal.worker!;
const farm = await portal.business('farm');
const ctx = () => farm.systemCtx('hen');

async function lay(process: typeof hatching | typeof forgetful | typeof brooding = hatching): Promise<{ id: Id; process: Id }> {
  const id = ctx().newId();
  const started = await ctx().inTenant(async (tx) => {
    eggs.set(id, { laidAt: tx.ctx.clock.now(), stolen: false, did: [] });
    return tx.start(process, id);
  });
  return { id, process: started.process };
}

async function until(what: () => Promise<boolean> | boolean, seconds = 20): Promise<void> {
  const end = performance.now() + seconds * 1_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`it did not happen within ${seconds} s`);
    await pause(50);
  }
}
const stateOf = async (process: Id) =>
  (await ctx().inTenant((tx) =>
    tx.row<{ state: string; outcome: string | null; next_step: string | null }>(
      sql`select state, outcome, next_step from portico.processes where id = ${process}`,
    ),
  ))!;
const timeline = (id: Id) => ctx().timeline(hatching, id);

describe('a case on a real Temporal server', () => {
  it('shows every planned step, and as the clock moves to each, exactly that happens', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    const first = await timeline(egg.id);
    expect(first.past.map((one) => one.key)).toEqual(['tell']);
    expect(first.planned.map((one) => one.key)).toEqual(['turn', 'hatch']);
    await farm.advance('PT23H');
    await pause(500);
    expect(eggs.get(egg.id)!.did).toEqual(['tell']);
    await farm.advance('PT1H');
    await until(() => eggs.get(egg.id)!.did.includes('turn'));
    expect(asked).toBe(1);
    await farm.advance('P20D');
    await until(async () => (await stateOf(egg.process)).state === 'ended');
    expect(eggs.get(egg.id)!.did).toEqual(['tell', 'turn', 'hatch']);
    const last = await timeline(egg.id);
    expect(last).toMatchObject({ state: 'ended', outcome: 'hatched', planned: [] });
    expect(last.past.map((one) => one.at)).toEqual([...last.past.map((one) => one.at)].sort());
  });

  it('a second start finds the live one; after its end the next may begin in the same transaction', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    const again = await ctx().inTenant((tx) => tx.start(hatching, egg.id));
    expect(again).toEqual({ process: egg.process, started: false });
    const next = await ctx().inTenant(async (tx) => {
      await tx.end(hatching, egg.id, 'given away');
      return tx.start(hatching, egg.id);
    });
    expect(next.started).toBe(true);
    await until(async () => (await stateOf(next.process)).next_step === 'turn');
    expect(await stateOf(egg.process)).toMatchObject({ state: 'ended', outcome: 'given away' });
  });

  it('a nudge makes it look at the rows: a stolen egg is over at once', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    eggs.get(egg.id)!.stolen = true;
    await ctx().inTenant((tx) => tx.nudge(hatching, egg.id));
    await until(async () => (await stateOf(egg.process)).outcome === 'stolen');
    expect(eggs.get(egg.id)!.did).toEqual(['tell']);
  });

  it('a step that keeps failing is told to the business, and to nobody any more once it worked', async () => {
    nestIsBroken = true;
    const egg = await lay();
    const trouble = async () =>
      (await ctx().inTenant((tx) => tx.row<{ stuck_because: string | null }>(sql`select stuck_because from portico.processes where id = ${egg.process}`)))!
        .stuck_because;
    await until(async () => /^step tell failed [3-9] times/.test((await trouble()) ?? ''));
    expect(await farm.failuresOf('hen')).toBeGreaterThan(0);
    nestIsBroken = false;
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    expect(await trouble()).toBeNull();
  });

  it('a case that does not move is marked stuck after one turn, and waits', async () => {
    const egg = await lay(forgetful);
    await until(async () => (await stateOf(egg.process)).state === 'stuck');
    await pause(300);
    expect(eggs.get(egg.id)!.did).toEqual(['tell']);
  });

  it('goes on when its workflow was lost: the reconciler wakes it', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    await portal.worker!.temporal.workflow.getHandle(workflowIdOf(farm.tenant.id, 'hen.hatching', egg.process)).terminate('lost on purpose');
    eggs.get(egg.id)!.stolen = true;
    await ctx().inTenant((tx) => tx.run(sql`update portico.due_work set not_before = now() - interval '1 second', lease = null where kind = 'reconcile'`));
    await until(async () => (await stateOf(egg.process)).outcome === 'stolen');
  });

  it('carries ids only, and the key of its business for fairness', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    const handle = portal.worker!.temporal.workflow.getHandle(workflowIdOf(farm.tenant.id, 'hen.hatching', egg.process));
    const history = await handle.fetchHistory();
    const started = history.events![0]!.workflowExecutionStartedEventAttributes!;
    expect(JSON.parse(Buffer.from(started.input!.payloads![0]!.data!).toString())).toEqual({ tenantId: farm.tenant.id, processId: egg.process });
    expect(started.priority?.fairnessKey).toBe(farm.tenant.id);
  });
});

describe("Temporal's own pages", () => {
  it('say in words what a workflow is, which step it takes, and what it waits for until when', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    const handle = portal.worker!.temporal.workflow.getHandle(workflowIdOf(farm.tenant.id, 'hen.hatching', egg.process));
    const saysSummary = ({ userMetadata }: { userMetadata?: { summary?: { data?: Uint8Array | null } | null } | null }): string | undefined =>
      userMetadata?.summary?.data ? (JSON.parse(Buffer.from(userMetadata.summary.data).toString()) as string) : undefined;
    const said = async () => (await handle.fetchHistory()).events!.map((event) => saysSummary(event)).filter(Boolean);
    await until(async () => (await said()).length === 3);
    expect(await said()).toEqual(['Hatching of an egg · farm', 'The farmer is told', expect.stringMatching(/^The egg is turned: \w+ \d+, \d{4}, \d+:\d\d/)]);
    expect(await (await handle.describe()).staticSummary()).toBe('Hatching of an egg · farm');
  });
});

describe('a worker that is told to end in the middle of a step', () => {
  /** The first time somebody asks, the answer takes `ms`; later ones are there at once. */
  const slowFirst = (ms: number): Promise<void> =>
    new Promise((begun) => {
      brood.asked = 0;
      brood.ask = async () => {
        brood.asked += 1;
        if (brood.asked > 1) return;
        begun();
        await pause(ms);
      };
    });

  it('finishes the step when it can within its grace, and the step is taken once', async () => {
    const begun = slowFirst(700);
    const egg = await lay(brooding);
    await begun;
    await worker.stop();
    expect(eggs.get(egg.id)!.did).toEqual(['sit']);
    worker = await portal.startWorker();
    await until(async () => (await stateOf(egg.process)).outcome === 'warm');
    expect([eggs.get(egg.id)!.did, brood.asked]).toEqual([['sit'], 1]);
  });

  it('leaves the step to the next worker when it takes longer, and the step is taken once', async () => {
    const begun = slowFirst(5_000);
    const egg = await lay(brooding);
    await begun;
    const ending = performance.now();
    await worker.stop();
    expect(performance.now() - ending).toBeLessThan(4_500);
    expect(eggs.get(egg.id)!.did).toEqual([]);
    worker = await portal.startWorker();
    await until(async () => (await stateOf(egg.process)).outcome === 'warm', 40);
    await pause(4_000); // the abandoned try comes to its end: it must write nothing more
    expect([eggs.get(egg.id)!.did, brood.asked]).toEqual([['sit'], 2]);
  });
});

describe('a case of a plugin that is switched off', () => {
  it('rests, also when its step is due, and goes on when the plugin is switched on, though the worker remembers it as off', async () => {
    const egg = await lay();
    await until(async () => (await stateOf(egg.process)).next_step === 'turn');
    await switchPlugin(farm.systemCtx('core'), 'hen', false);
    await farm.advance('PT24H');
    await pause(600);
    expect(eggs.get(egg.id)!.did).toEqual(['tell']);
    // another process of the installation switches it on: this worker still holds "off" for up to three seconds
    await portal.core.enablement.of(farm.tenant.id);
    const elsewhere = await openCore({ config: readConfig(portal.environment), plugins: [], loaded: [hen] });
    await switchPlugin(elsewhere.systemContext(farm.tenant, 'core'), 'hen', true);
    await elsewhere.close();
    await until(() => eggs.get(egg.id)!.did.includes('turn'));
  });
});
