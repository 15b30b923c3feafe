import { setTimeout as pause } from 'node:timers/promises';
import { asyncLocalStorage } from '@temporalio/activity';
import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCase, defineEvent, defineFilter, defineUnion, done, step, type Instant } from '@portico/kit';
import { askThenWrite, tenantCreated, workCase, type Ctx } from '@portico/kit/server';
import { saveSettings } from '@portico/core';
import { startTestPortal, testPlugin } from '@portico/testing';
import type { HostTx } from '../context/host-tx.ts';
import { union } from '../hooks/union.ts';
import { caseActivities } from '../worker.ts';

const rang = defineEvent('tower.rang', { payload: z.object({ bellId: z.uuid() }), subject: ({ bellId }) => bellId });
const hours = defineUnion('tower.hours', { question: z.object({}), share: z.object({ hour: z.number(), of: z.string() }), budgetMs: 2_000 });
const peal = defineFilter('tower.peal', { value: z.string(), budgetMs: 5_000 });
const ringing = defineCase<{ readonly since: Instant }, 'ring'>({
  kind: 'tower.ringing',
  version: 1,
  next: ({ since }, taken) => (taken.has('ring') ? done('still') : step('ring', since)),
});

const heardAt: Instant[] = [];
const greetedAt: Instant[] = [];
const peals: string[] = [];
let since: Instant = '';
const tower = testPlugin(
  { id: 'tower', processes: [ringing] },
  {
    processes: [
      workCase(ringing, {
        facts: async () => ({ since }),
        steps: { ring: askThenWrite({ ask: async (ctx) => void peals.push(await ctx.filter(peal, 'ding')), write: async () => undefined }) },
      }),
    ],
  },
);
const sexton = testPlugin(
  { id: 'sexton', settings: z.object({ hour: z.number().default(6) }) },
  {
    hooks: [
      rang.react(async (ctx) => void heardAt.push(ctx.clock.now())),
      tenantCreated.react(async (ctx) => void greetedAt.push(ctx.clock.now())),
      hours.answer(async ({ ctx }) => [{ hour: ctx.settings<{ hour: number }>().hour, of: ctx.pluginId }]),
      peal.change(async (_ctx, value) => (await pause(900), `${value} dong`)),
    ],
  },
);
const portal = await startTestPortal({ plugins: [], loaded: [tower, sexton] });
afterAll(() => portal.close());
const alpha = await portal.business('alpha');
const ctx = (): Ctx => alpha.systemCtx('tower');

it('a handler of an event knows the business time before it opens any transaction', async () => {
  const bellId = alpha.systemCtx('tower').newId();
  const now = await alpha.advance('P3D');
  await ctx().inTenant((tx) => tx.publish(rang, { bellId }));
  await alpha.settleEvents();
  expect(heardAt).toHaveLength(1);
  expect(heardAt[0]! >= now).toBe(true);
});

it('whoever is told of a new business knows its time at once', async () => {
  expect(await alpha.failuresOf('sexton')).toBe(0);
  expect(greetedAt).toHaveLength(1);
});

it('who answers a union answers in its own name: with its own id and its own settings', async () => {
  await saveSettings(alpha.systemCtx('core'), 'sexton', { hour: 9 });
  const asker = alpha.systemCtx('tower');
  const answers = await asker.inTenant((tx) => union(tx as HostTx, hours, {}));
  expect(answers).toEqual([{ hour: 9, of: 'sexton' }]);
});

it('a filter that a step of a process asks has the time of the filter, not what a page would have', async () => {
  const subject = alpha.systemCtx('tower').newId();
  const { process } = await ctx().inTenant(async (tx) => {
    since = tx.ctx.clock.now();
    return tx.start(ringing, subject);
  });
  const activity = { cancelled: new Promise<never>(() => undefined), info: { attempt: 1 } };
  const { perform } = caseActivities(portal.core);
  await asyncLocalStorage.run(activity as never, () => perform({ tenantId: alpha.tenant.id, processId: process } as never, 'ring'));
  expect(peals).toEqual(['ding dong']);
});
