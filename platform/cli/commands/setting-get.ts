import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';
import { settingsFormOf } from '@portico/core';

/** `portico setting get --business S --key <plugin>.<name>`: one setting of a plugin at a business. */
export const run: Command = async ({ argv, env }) => {
  const { business, key } = readFlags(argv, ['business', 'key']);
  const [plugin, name] = splitKey(key);
  return withCore(env, async (core) => {
    const tenant = await businessOf(core, business);
    const { values } = await settingsFormOf(core.systemContext(tenant, 'core'), plugin);
    if (!(name in values)) throw new Error(`${plugin} has no setting "${name}"; it has ${Object.keys(values).join(', ')}.`);
    return { json: { key, value: values[name] }, text: JSON.stringify(values[name]) };
  });
};

/** Takes `<plugin id>.<setting>` apart. Throws one sentence on anything else. */
export function splitKey(key: string): [string, string] {
  const at = key.indexOf('.');
  if (at < 1 || at === key.length - 1) throw new Error('--key must be <plugin id>.<setting>.');
  return [key.slice(0, at), key.slice(at + 1)];
}
