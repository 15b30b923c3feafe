import { core, type Ctx } from '@portico/kit/server';

/** The owner saves a plugin's settings here, whole. Throws NotFound, InvalidInput with a problem at each field. Repeating it changes nothing. */
export async function savePluginSettings(ctx: Ctx, pluginId: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  ctx.demand('change', 'BusinessSettings');
  await ctx.use(core).saveSettings(pluginId, values);
}
