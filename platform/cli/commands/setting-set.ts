import { saveSettings } from '@portico/core';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { businessOf, withCore } from '../with-core.ts';
import { settingsOf, splitKey, toTell } from './setting-get.ts';

/** `portico setting set --business S --key <plugin>.<name> --value V`: V is JSON, or taken as text when it is none; `null` takes a secret one away. */
export const run: Command = async ({ argv, env }) => {
  const { business, key, value } = readFlags(argv, ['business', 'key', 'value']);
  const [plugin, name] = splitKey(key);
  return withCore(env, async (core) => {
    const tenant = await businessOf(core, business);
    const values = await settingsOf(core, tenant, plugin, name);
    await saveSettings(core.systemContext(tenant, 'core'), plugin, { ...values, [name]: jsonOrText(value) });
    const saved = toTell((await settingsOf(core, tenant, plugin, name))[name]);
    return {
      json: { key, value: saved },
      text: `${key} is ${typeof saved === 'string' ? saved : JSON.stringify(saved)} now; every process sees it within 3 seconds.`,
    };
  });
};

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
