import { z } from 'zod';
import { InvalidInput, NotFound, type FieldProblem } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';

/** The settings of a plugin at this business and the JSON Schema that the console makes a form from. Throws NotFound. */
export async function settingsFormOf(
  context: HostContext,
  pluginId: string,
): Promise<{ values: Readonly<Record<string, unknown>>; schema: Readonly<Record<string, unknown>> }> {
  const plugin = context.host.registry.byId(pluginId);
  if (!plugin?.manifest.settings) throw new NotFound();
  await context.host.enablement.ready(context.tenant.id);
  return {
    values: context.host.enablement.settingsNow(context.tenant.id, pluginId) as Record<string, unknown>,
    schema: z.toJSONSchema(plugin.manifest.settings, { io: 'input' }) as Record<string, unknown>,
  };
}

/** Saves them whole. Throws NotFound; InvalidInput with a problem at each field. */
export async function saveSettings(context: HostContext, pluginId: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const plugin = context.host.registry.byId(pluginId);
  if (!plugin?.manifest.settings) throw new NotFound();
  const read = plugin.manifest.settings.strict().safeParse(values);
  if (!read.success) throw new InvalidInput(problemsOf(read.error));
  await context.inTenant(async (tx) => {
    const before = await tx.row<{ settings: object }>(sql`select settings from portico.tenant_plugins where plugin_id = ${pluginId} for update`);
    await tx.run(sql`insert into portico.tenant_plugins (id, plugin_id, enabled, settings)
      values (${tx.ctx.newId()}, ${pluginId}, ${context.host.enablement.isOnNow(context.tenant.id, pluginId)}, ${read.data as object})
      on conflict (tenant_id, plugin_id) do update set settings = excluded.settings`);
    await tx.audit('portico.settings-saved', { plugin: pluginId, ...before?.settings }, { plugin: pluginId, ...(read.data as object) });
  });
  context.host.enablement.forget(context.tenant.id);
}

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
