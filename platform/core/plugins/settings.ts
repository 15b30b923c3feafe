import { z } from 'zod';
import { InvalidInput, NotFound, type FieldProblem } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { LoadedPlugin } from './registry.ts';
import { secretFields } from './secret-settings.ts';

/** The settings of a plugin at this business and the JSON Schema that the console makes a form from. Throws NotFound. */
export async function settingsFormOf(
  context: HostContext,
  pluginId: string,
): Promise<{ values: Readonly<Record<string, unknown>>; schema: Readonly<Record<string, unknown>> }> {
  const plugin = context.host.registry.byId(pluginId);
  if (!plugin?.manifest.settings) throw new NotFound();
  await context.host.enablement.ready(context.tenant.id);
  const values = context.host.enablement.settingsNow(context.tenant.id, pluginId) as Record<string, unknown>;
  const secrets = secretFields(plugin.manifest).map((field): [string, SecretState] => [field, { set: Boolean(values[field]) }]);
  return {
    values: { ...values, ...Object.fromEntries(secrets) },
    schema: z.toJSONSchema(plugin.manifest.settings, { io: 'input' }) as Record<string, unknown>,
  };
}

/** What is told of a secret setting: whether it is set. */
interface SecretState {
  readonly set: boolean;
}

/**
 * Saves them whole. A secret one is set by its text and taken away by null; empty, absent, or as `settingsFormOf` tells of
 * it, it stays. Throws NotFound; InvalidInput with a problem at each field.
 */
export async function saveSettings(context: HostContext, pluginId: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const plugin = context.host.registry.byId(pluginId);
  if (!plugin?.manifest.settings) throw new NotFound();
  await context.inTenant(async (tx) => {
    const row = await tx.row<{ settings: Stored }>(sql`select settings from portico.tenant_plugins where plugin_id = ${pluginId} for update`);
    const before = row?.settings ?? {};
    const after = toStore(context, plugin, before, values);
    await tx.run(sql`insert into portico.tenant_plugins (id, plugin_id, enabled, settings)
      values (${tx.ctx.newId()}, ${pluginId}, ${context.host.enablement.isOnNow(context.tenant.id, pluginId)}, ${after})
      on conflict (tenant_id, plugin_id) do update set settings = excluded.settings`);
    const told = (stored: Stored) => ({ plugin: pluginId, ...stored, ...secretsInWords(plugin, before, stored) });
    await tx.audit('portico.settings-saved', told(before), told(after));
  });
  context.host.enablement.forget(context.tenant.id);
}

type Stored = Readonly<Record<string, unknown>>;

const isKept = (given: unknown): boolean => given === undefined || given === '' || (typeof given === 'object' && given !== null);

// The schema reads secrets in the clear; only what was given anew is sealed again.
function toStore(context: HostContext, plugin: LoadedPlugin, before: Stored, values: Stored): Stored {
  const secrets = secretFields(plugin.manifest);
  const placeOf = (field: string) => ({ tenantId: context.tenant.id, pluginId: plugin.id, field });
  const plain = Object.fromEntries(Object.entries(values).filter(([field, given]) => !secrets.includes(field) || (given !== null && !isKept(given))));
  const kept = secrets.filter((field) => isKept(values[field]) && Object.hasOwn(before, field));
  const opened = kept.flatMap((field) => {
    const text = context.host.secrets.open(placeOf(field), before[field]);
    return text === undefined ? [] : [[field, text] as const];
  });
  const read = plugin.manifest.settings!.strict().safeParse({ ...plain, ...Object.fromEntries(opened) });
  if (!read.success) throw new InvalidInput(problemsOf(read.error));
  const after = new Map<string, unknown>(Object.entries(read.data));
  for (const field of secrets) {
    if (kept.includes(field)) after.set(field, before[field]);
    else if (Object.hasOwn(plain, field) && after.get(field) !== '') after.set(field, context.host.secrets.seal(placeOf(field), String(after.get(field))));
    else after.delete(field);
  }
  return Object.fromEntries(after);
}

// The log of changes says that a secret has changed, and never what it is.
const secretsInWords = (plugin: LoadedPlugin, before: Stored, now: Stored): Record<string, string> =>
  Object.fromEntries(
    secretFields(plugin.manifest).map((field) => {
      if (!Object.hasOwn(now, field)) return [field, '(not set)'];
      return [field, Object.hasOwn(before, field) && before[field] !== now[field] ? '(changed)' : '(set)'];
    }),
  );

/** zod's issues as problems at fields. A message that is a key of ours is kept; the rest get a general sentence. */
export function problemsOf(error: z.ZodError): Record<string, FieldProblem> {
  const problems: Record<string, FieldProblem> = {};
  for (const issue of error.issues) {
    const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key].join('.')) : [issue.path.join('.') || 'form'];
    for (const name of names) problems[name] ??= problemOf(issue);
  }
  return problems;
}

const KEY = /^[a-z][a-z0-9-]*\.[a-z0-9.-]+$/;

function problemOf(issue: z.core.$ZodIssue): FieldProblem {
  if (KEY.test(issue.message)) return { key: issue.message };
  switch (issue.code) {
    case 'invalid_type':
      // zod leaves the input out of its issues; its message tells whether there was one
      if (/received (undefined|null)$/.test(issue.message)) return { key: 'portico.problem.required' };
      return { key: issue.expected === 'number' || issue.expected === 'int' ? 'portico.problem.number' : 'portico.problem.invalid' };
    case 'too_big':
      return issue.origin === 'string'
        ? { key: 'portico.problem.too-long', values: { maximum: Number(issue.maximum) } }
        : { key: 'portico.problem.too-big', values: { maximum: Number(issue.maximum) } };
    case 'too_small':
      return issue.origin === 'string'
        ? Number(issue.minimum) <= 1
          ? { key: 'portico.problem.required' }
          : { key: 'portico.problem.too-short', values: { minimum: Number(issue.minimum) } }
        : issue.origin === 'array'
          ? { key: 'portico.problem.required' }
          : { key: 'portico.problem.too-small', values: { minimum: Number(issue.minimum) } };
    case 'invalid_format':
      return { key: issue.format === 'email' ? 'portico.problem.email' : issue.format === 'uuid' ? 'portico.problem.id' : 'portico.problem.invalid' };
    case 'invalid_value':
      return { key: 'portico.problem.choice' };
    case 'unrecognized_keys':
      return { key: 'portico.problem.unknown-field' };
    default:
      return { key: 'portico.problem.invalid' };
  }
}
