import { core, type Ctx } from '@portico/kit/server';

/**
 * The owner switches a plugin on or off here. Its processes rest while it is off. Refused, by name, while an enabled plugin
 * requires it, or while what it requires is off. Repeating it changes nothing.
 */
export async function switchPlugin(ctx: Ctx, pluginId: string, on: boolean): Promise<void> {
  ctx.demand('switch', 'Plugin');
  await ctx.use(core).switchPlugin(pluginId, on);
}
