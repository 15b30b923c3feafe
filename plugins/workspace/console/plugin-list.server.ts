import type { TextKey } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { core, type Ctx, intentOf, type Submitted } from '@portico/kit/server';
import { switchPlugin } from '../settings/switch-plugin.ts';

/** Every installed plugin, and the one that is about to be switched off. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const installed = await ctx.use(core).plugins();
  // in words here: a page has no texts of a plugin that is off
  const said = (key: string) => ctx.text(key as TextKey);
  const plugins = installed.map((plugin) => ({ ...plugin, title: said(plugin.title), ...(plugin.about ? { about: said(plugin.about) } : {}) }));
  const off = plugins.find((plugin) => plugin.id === query.get('off') && plugin.enabled && !plugin.alwaysOn && plugin.neededBy.length === 0);
  return { plugins, switchingOff: off ?? null, canSwitch: ctx.may('switch', 'Plugin') };
}

/** On, or off after the count of what rests was shown. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const on = intentOf(form, { on: true, off: false });
  await switchPlugin(ctx, String(form.get('pluginId')), on);
  return { ok: true, say: on ? 'workspace.plugin-on' : 'workspace.plugin-off', go: '/console/workspace/plugins' };
}
