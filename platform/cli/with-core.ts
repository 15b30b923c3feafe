import path from 'node:path';
import { brakesOf, openCore, readConfig, type Core, type LoadedPlugin } from '@portico/core';
import { InvalidInput, PorticoError } from '@portico/kit';
import type { Tenant } from '@portico/kit/server';

/** Opens the engine on the installation's database, does one thing, closes it. Errors of ours become one sentence. */
export async function withCore<T>(env: Readonly<Record<string, string | undefined>>, work: (core: Core) => Promise<T>): Promise<T> {
  const core = await openCore({ config: { ...readConfig(env), logLevel: 'silent', poolSize: 3 }, processName: 'command' });
  try {
    return await work(core);
  } catch (error) {
    throw error instanceof PorticoError ? new Error(sentenceOf(core, error)) : error;
  } finally {
    await core.close();
  }
}

/** A business by its short name. Throws one sentence when there is none. */
export async function businessOf(core: Core, slug: string): Promise<Tenant> {
  const tenant = await core.tenants.bySlug(slug);
  if (!tenant) throw new Error(`There is no business "${slug}".`);
  return tenant;
}

/** An installed plugin by its id. Throws one sentence when there is none, or when it is set aside: why. */
export function pluginOf({ registry }: Pick<Core, 'registry'>, id: string): LoadedPlugin {
  const plugin = registry.byId(id);
  if (plugin) return plugin;
  const away = registry.plugins.filter(({ quarantined }) => quarantined !== undefined);
  // of one that could not be read only its package and its folder are known
  const meant = away.find((one) => [one.id, one.packageName, path.basename(one.dir)].includes(id));
  if (meant) throw new Error(`${id} is set aside: ${meant.quarantined}`);
  const healthy = registry.plugins.filter((one) => !away.includes(one));
  const alsoAway = away.length > 0 ? `, and set aside: ${away.map((one) => one.id).join(', ')}` : '';
  throw new Error(`There is no plugin "${id}"; installed are ${healthy.map((one) => one.id).join(', ')}${alsoAway}.`);
}

/** A brake that an installed plugin has. Throws one sentence that names those that there are. */
export function brakeOf({ registry }: Pick<Core, 'registry'>, brake: string): string {
  const known = brakesOf(registry);
  if (known.includes(brake)) return brake;
  throw new Error(`There is no brake "${brake}"${known.length > 0 ? `; there are ${known.join(', ')}` : ': no plugin here has one'}.`);
}

function sentenceOf(core: Core, error: PorticoError): string {
  const text = (key: string, values = {}) =>
    core.host.texts.all[key]?.replace(/\{\{(\w+)\}\}/g, (_, name: string) => String((values as Record<string, unknown>)[name] ?? '')) ?? key;
  if (!(error instanceof InvalidInput)) return text(error.code, error.values);
  return Object.entries(error.fields)
    .map(([field, problem]) => `${field}: ${text(problem.key, problem.values)}`)
    .join(' ');
}
