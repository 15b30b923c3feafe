import { settingsFormOf, type Core } from '@portico/core';
import type { Tenant } from '@portico/kit/server';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, pluginOf, withCore } from '../with-core.ts';

/** `portico setting get --business S --key <plugin>.<name>`: one setting of a plugin at a business. */
export const run: Command = async ({ argv, env }) => {
  const { business, key } = readFlags(argv, ['business', 'key']);
  const [plugin, name] = splitKey(key);
  return withCore(env, async (core) => {
    const tenant = await businessOf(core, business);
    const values = await settingsOf(core, tenant, plugin, name);
    const value = toTell(values[name]);
    return { json: { key, value }, text: typeof value === 'string' && value !== values[name] ? value : JSON.stringify(value) };
  });
};

/** A setting as it may stand on a screen: of a secret one only whether it is set. */
export const toTell = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'set' in value ? (value.set === true ? '(set)' : '(not set)') : value;

/** Takes `<plugin id>.<setting>` apart. Throws one sentence on anything else. */
export function splitKey(key: string): [string, string] {
  const at = key.indexOf('.');
  if (at < 1 || at === key.length - 1) throw new Error('--key must be <plugin id>.<setting>.');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** All settings of a plugin at a business. Throws one sentence when it has none, or none of that name. */
export async function settingsOf(core: Core, tenant: Tenant, plugin: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  if (!pluginOf(core, plugin).manifest.settings) throw new Error(`${plugin} has no settings.`);
  const { values } = await settingsFormOf(core.systemContext(tenant, 'core'), plugin);
  if (!(name in values)) throw new Error(`${plugin} has no setting "${name}"; it has ${Object.keys(values).join(', ')}.`);
  return values;
}
