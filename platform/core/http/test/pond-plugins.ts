import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { absentPages, answered, defineServer, foldedPost, get, post, type RoleShare, userRoles } from '@portico/kit/server';
import { defineError, NotFound, type Id } from '@portico/kit';
import type { LoadedPlugin } from '@portico/core';
import { testPlugin } from '@portico/testing';
import { pondFacts, pondTabs } from './pond/pond-slot.ts';

const dir = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pond');
const read = { action: 'read', subject: 'Duck' } as const;
const write = { action: 'write', subject: 'Duck' } as const;
const Duck = z.object({ name: z.string().min(1).max(100), weight: z.number().int().min(1).optional() });

/** What the tests see and turn. */
export const pond = { calls: 0, batches: [] as number[], roles: new Map<Id, z.output<typeof RoleShare>[]>(), wait: Promise.resolve(), absent: [] as string[] };

class Frozen extends defineError('pond.frozen', 409) {}

const server = defineServer({
  routes: [
    get(
      '',
      {
        name: 'list-ducks',
        may: read,
        query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(50), q: z.string().max(50).optional() }),
        answer: z.object({ data: z.array(z.string()) }),
      },
      async (_ctx, { query }) => ({
        data: [String(query.limit)],
      }),
    ),
    post(
      '',
      { name: 'create-duck', may: write, body: Duck, status: 201, alsoStatus: [200], answer: z.object({ id: z.uuid(), call: z.number() }) },
      async (ctx, { body }) => {
        pond.calls += 1;
        const call = pond.calls;
        await pond.wait;
        if (body.name === 'frozen') throw new Frozen();
        if (body.name === 'throws') throw new Error('secret stack');
        const made = { id: ctx.newId(), call };
        return body.name === 'twin' ? answered(200, made) : made;
      },
    ),
    post('/dives', { name: 'dive', may: write, budgetMs: 150, answer: z.object({ up: z.boolean() }) }, async (ctx) => {
      await ctx.inTenant((tx) => tx.audit('pond.dived', null, null));
      await ctx.inTenant(async (tx) => {
        await tx.audit('pond.surfaced', null, null);
        await pond.wait;
      });
      await ctx.inTenant((tx) => tx.audit('pond.breathed', null, null));
      pond.calls += 1;
      return { up: true };
    }),
    post('/secrets', { name: 'tell-secret', may: write, secretAnswer: true, answer: z.object({ secret: z.string() }) }, async (ctx) => {
      await ctx.inTenant((tx) => tx.audit('pond.told', null, null));
      return { secret: 'whisper' };
    }),
    post('/leaks', { name: 'leak', may: write, answer: z.object({}) }, async (ctx) => {
      await ctx.inTenant((tx) => tx.audit('pond.leaked', null, null));
      throw new Error('the connection ended during COMMIT');
    }),
    get('/lies', { name: 'lies', may: read, answer: z.object({ data: z.array(z.string()) }) }, async () => ({ data: 7 })),
    get('/{id}', { name: 'read-duck', may: read, answer: z.object({}) }, async () => Promise.reject(new NotFound())),
    foldedPost(
      '/feed',
      { name: 'feed', may: write, sourceMay: true, body: Duck, status: 201, answer: z.object({ fed: z.string() }) },
      {
        prepare: (_ctx, { body }) => (body as z.infer<typeof Duck>).name,
        async together(_tx, items) {
          pond.batches.push(items.length);
          if (items.length > 1 && items.some(({ input }) => input === 'chokes')) throw new Error('all of it');
          return items.map(({ input }) => (input === 'chokes' ? new Frozen() : { fed: input }));
        },
      },
    ),
  ],
  hooks: [
    userRoles.answer(async (_tx, { userId }) => pond.roles.get(userId) ?? []),
    absentPages.answer(async (_tx, { accountIds }) => (accountIds.some((id) => pond.absent.includes(id)) ? [{ plugin: 'pond', path: 'sunk' }] : [])),
  ],
});

/** A plugin with pages, operations and roles, and two that fill its slot. */
export const pondPlugins: LoadedPlugin[] = [
  {
    ...testPlugin(
      {
        id: 'pond',
        subjects: { Duck: { columns: { member: 'member_id', account: 'account_id' }, actions: { read: 'own', write: 'account' } } },
        pages: [
          { area: 'portal', path: '', view: 'duck-list', title: 'pond.ducks', may: read, menu: { text: 'pond.ducks', order: 20 } },
          { area: 'portal', path: 'sunk', view: 'sunk', title: 'pond.sunk', may: read, menu: { text: 'pond.sunk', order: 10 } },
          { area: 'portal', path: 'admin', view: 'duck-list', title: 'pond.admin', may: write, menu: { text: 'pond.admin', below: 'pond.ducks' } },
          { area: 'portal', path: 'shore', view: 'shore', title: 'pond.shore', may: read },
          { area: 'portal', path: ':duckId', view: 'duck-list', title: 'pond.duck', may: read },
          { area: 'console', path: '', view: 'nothing', title: 'pond.console', may: read, menu: { text: 'pond.console' } },
        ],
      },
      server,
      { 'pond.frozen': 'The pond is frozen.', 'pond.saved': 'Saved {{ducks}}.' },
    ),
    dir,
  },
  {
    ...testPlugin({
      id: 'reeds',
      requires: { pond: '^1.0' },
      slots: [
        { slot: pondTabs, area: 'portal', view: 'good-tab', title: 'reeds.good', may: read },
        { slot: pondTabs, area: 'portal', view: 'empty-tab', title: 'reeds.empty', may: read },
        { slot: pondTabs, area: 'portal', view: 'static-tab', title: 'reeds.static', may: read },
        { slot: pondTabs, area: 'portal', view: 'admin-tab', title: 'reeds.admin', may: write },
        { slot: pondTabs, area: 'console', view: 'good-tab', title: 'reeds.console', may: read },
      ],
    }),
    dir,
  },
  {
    ...testPlugin(
      {
        id: 'mud',
        onByDefault: false,
        pages: [{ area: 'portal', path: '', view: 'mud-flat', title: 'mud.flat', may: read }],
        slots: [{ slot: pondTabs, area: 'portal', view: 'bad-tab', title: 'mud.bad', may: read }],
      },
      { routes: [get('', { name: 'mud', may: read, answer: z.object({}) }, async () => ({}))] },
    ),
    dir,
  },
  // three whose services are down, in both places of the shore
  ...['mire-a', 'mire-b', 'mire-c'].map((id) => ({
    ...testPlugin(
      { id, onByDefault: false, slots: [{ slot: pondTabs, area: 'portal' as const, view: 'stuck-tab', title: `${id}.stuck`, may: read }] },
      { hooks: [pondFacts.change(() => new Promise<never>(() => undefined))] },
    ),
    dir,
  })),
];
