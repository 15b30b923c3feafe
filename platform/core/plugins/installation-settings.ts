import { installationVariable, type PluginManifest } from '@portico/kit';
import { PRODUCT_VARIABLES } from '../config.ts';
import type { LoadedPlugin } from './registry.ts';

/** One variable of a plugin's `installation`, for who operates the product. */
export interface InstallationVariable {
  readonly plugin: string;
  readonly name: string;
  readonly from: 'environment' | 'default';
  /** What it is, as text; of a secret one only whether it is set. */
  readonly value: string;
}

/** What operators have set for plugins, read once when a process starts. */
export interface InstallationSettings {
  /** A plugin's settings, complete with defaults; empty for one that has none. */
  of(pluginId: string): object;
  /** Plugins that cannot be taken in, with the reason: it names the variable. */
  readonly wrong: Readonly<Record<string, string>>;
  readonly variables: readonly InstallationVariable[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the installation settings of plugins from the environment. An empty variable is none. */
export function readInstallation(plugins: readonly Pick<LoadedPlugin, 'id' | 'manifest'>[], environment: Environment): InstallationSettings {
  const values = new Map<string, object>();
  const wrong: Record<string, string> = {};
  const owners = new Map<string, string>();
  const variables: InstallationVariable[] = [];
  for (const { id, manifest } of plugins) {
    if (!manifest.installation) continue;
    const taken = takenVariable(id, manifest.installation, owners);
    const read = taken ? { problem: taken } : readOne(id, manifest.installation, environment);
    if (read.problem !== undefined) wrong[id] = read.problem;
    else {
      values.set(id, read.values);
      variables.push(...variablesOf(id, manifest.installation, read.values, environment));
    }
  }
  return { of: (pluginId) => values.get(pluginId) ?? {}, wrong, variables };
}

type Schema = NonNullable<PluginManifest['installation']>;

// Two owners of one variable would each be set by the other's value.
function takenVariable(id: string, schema: Schema, owners: Map<string, string>): string | undefined {
  for (const field of Object.keys(schema.shape)) {
    const name = installationVariable(id, field);
    const owner = PRODUCT_VARIABLES.has(name) ? 'the product' : owners.get(name);
    if (owner) return `its installation setting ${field} would be ${name}, which is a variable of ${owner}: give it another name`;
    owners.set(name, `the plugin ${id}`);
  }
  return undefined;
}

function readOne(
  id: string,
  schema: Schema,
  environment: Environment,
): { readonly problem: string } | { readonly problem?: undefined; readonly values: object } {
  const unset = schema.safeParse({});
  if (!unset.success) return { problem: `its installation settings need a default for ${unset.error.issues.map(({ path }) => path.join('.')).join(', ')}` };
  const given = Object.keys(schema.shape).flatMap((field) => {
    const text = environment[installationVariable(id, field)];
    return text ? [[field, text] as const] : [];
  });
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return { values: read.data };
  return { problem: read.error.issues.map(({ path, message }) => `${installationVariable(id, String(path[0]))} is wrong: ${message}`).join('; ') };
}

function variablesOf(plugin: string, schema: Schema, values: object, environment: Environment): InstallationVariable[] {
  return Object.entries(schema.shape).map(([field, type]) => {
    const name = installationVariable(plugin, field);
    const isSecret = (type as { meta?(): { secret?: unknown } | undefined }).meta?.()?.secret === true;
    const from = environment[name] ? 'environment' : 'default';
    const value: unknown = (values as Record<string, unknown>)[field];
    return {
      plugin,
      name,
      from,
      value: isSecret ? (from === 'environment' ? '(set)' : '(not set)') : typeof value === 'string' ? value : JSON.stringify(value),
    };
  });
}
