import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCase, defineEffect, done, pluginIdProblem } from '@portico/kit';
import { get } from '@portico/kit/server';
import { registryOf, type LoadedPlugin } from '@portico/core';
import { testPlugin } from '@portico/testing';

const Duck = { columns: {}, actions: { read: 'tenant' } } as const;
const read = { action: 'read', subject: 'Duck' };
const nesting = defineCase<object, never>({ kind: 'pond.nesting', version: 1, next: () => done('dry') });
const drained = defineEffect('pond.drained', { change: z.object({}) });
const pond = testPlugin({ id: 'pond', subjects: { Duck }, processes: [nesting] });

const reasonsOf = (...plugins: LoadedPlugin[]) =>
  Object.fromEntries(registryOf(plugins).plugins.flatMap(({ id, quarantined }) => (quarantined ? [[id, quarantined]] : [])));

describe('a plugin that does not fit', () => {
  it.each<[string, LoadedPlugin, string]>([
    [
      'when an earlier one declares its subject',
      testPlugin({ id: 'lake', subjects: { Duck: { columns: {}, actions: { read: 'own' } } } }),
      'its subject Duck is declared by pond already: give it another name',
    ],
    [
      'when an earlier one has a process of its kind',
      testPlugin({ id: 'lake', processes: [{ ...nesting, version: 2 }] }),
      'its process pond.nesting belongs to pond already: kinds begin with the own id',
    ],
    [
      'when the one that it uses is here in another version',
      testPlugin({ id: 'lake', uses: { pond: '^2.0' } }),
      'it was written for pond ^2.0; installed is 1.0.0',
    ],
    [
      'when two of its pages have one address',
      testPlugin({
        id: 'lake',
        pages: ['a', 'b'].map((view) => ({ area: 'portal' as const, path: 'shore', view, title: 'lake.shore', may: read })),
      }),
      'two of its pages have the address /lake/shore',
    ],
    [
      'when two of its operations have one address',
      testPlugin({ id: 'lake' }, { routes: ['a', 'b'].map((name) => get('/reeds', { name, may: read, answer: z.object({}) }, async () => ({}))) }),
      'two of its operations are get /reeds',
    ],
    [
      'when it takes part in an effect twice',
      testPlugin({ id: 'lake' }, { hooks: ['one', 'another'].map(() => drained.takePart({ foresee: async () => [], apply: async () => undefined })) }),
      'it takes part twice in pond.drained',
    ],
  ])('is set aside with one sentence %s', (_, plugin, sentence) => {
    expect(reasonsOf(pond, plugin)).toEqual({ lake: sentence });
  });

  it('and whoever needs it with it; what the earlier one declared stays as it was', () => {
    const lake = testPlugin({ id: 'lake', subjects: { Duck: { columns: {}, actions: { read: 'own' } } } });
    const plugins = [pond, lake, testPlugin({ id: 'boat', requires: { lake: '^1.0' } })];
    expect(reasonsOf(...plugins)).toEqual({ lake: expect.stringContaining('Duck'), boat: 'it needs lake, which is set aside' });
    expect(registryOf(plugins).subject('Duck')).toBe(Duck);
  });

  it('not when the one that it uses is missing, set aside or fits', () => {
    const lake = testPlugin({ id: 'lake', uses: { pond: '^1.0', sea: '^3.0' } });
    expect(reasonsOf(pond, lake)).toEqual({});
    expect(reasonsOf(lake)).toEqual({});
    expect(reasonsOf({ ...pond, manifest: { ...pond.manifest, version: '2.0.0' }, quarantined: 'it sank' }, lake)).toEqual({ pond: 'it sank' });
  });
});

describe('the id of a plugin', () => {
  it.each(['api', 'console', 'core', 'me', 'portico', 'public', 'information-schema', 'sign-in'])('%s belongs to the product', (id) => {
    expect(pluginIdProblem(id)).toBe(`its id "${id}" is an address or a name of the product`);
  });
  it.each(['Pond', 'p', '7seas', 'a_b', 'pond-', 'pg-pond'])('%s is refused', (id) => {
    expect(pluginIdProblem(id)).toContain(`"${id}"`);
  });
  it.each(['pond', 'fair-play', 'b2b'])('%s may be', (id) => {
    expect(pluginIdProblem(id)).toBeUndefined();
  });
});
