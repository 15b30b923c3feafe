import { expect, it } from 'vitest';
import { registryOf, type Core, type LoadedPlugin } from '@portico/core';
import { testPlugin } from '@portico/testing';
import { pluginOf } from '../with-core.ts';

const torn = { ...testPlugin({ id: 'pond' }), quarantined: 'its migrations failed: no water' };
/** One whose manifest could not be read is known by its package alone. */
const unread: LoadedPlugin = {
  ...testPlugin({ id: '@portico/plugin-reed' }),
  packageName: '@portico/plugin-reed',
  dir: '/plugins/reed',
  quarantined: 'it did not compile: ")"',
};
const core = { registry: registryOf([testPlugin({ id: 'lake' }), torn, unread]) } as Core;

it.each([
  ['pond', 'pond is set aside: its migrations failed: no water'],
  ['reed', 'reed is set aside: it did not compile: ")"'],
  ['@portico/plugin-reed', '@portico/plugin-reed is set aside: it did not compile: ")"'],
  ['sea', 'There is no plugin "sea"; installed are lake, and set aside: pond, @portico/plugin-reed.'],
])('the command line says why it cannot work with %s', (id, sentence) => {
  expect(() => pluginOf(core, id)).toThrow(new Error(sentence));
});

it('a healthy one is found by its id', () => {
  expect(pluginOf(core, 'lake').id).toBe('lake');
});
