import { z } from 'zod';
import { core, get, listQuery, patch, post, put, walkRows, type Ctx, type ListPlace, type Route } from '@portico/kit/server';
import { SaveBusiness, saveBusiness } from './save-business.ts';
import { savePluginSettings } from './save-plugin-settings.ts';
import { switchPlugin } from './switch-plugin.ts';

const BusinessView = z.object({ name: z.string(), zone: z.string(), currency: z.string(), locale: z.string(), url: z.string() });

const PluginView = z.object({
  id: z.string(),
  version: z.string(),
  title: z.string(),
  about: z.string().optional(),
  alwaysOn: z.boolean(),
  enabled: z.boolean(),
  requires: z.array(z.string()),
  neededBy: z.array(z.string()),
  liveProcesses: z.int(),
  quarantined: z.string().optional(),
  adds: z.array(z.string()),
  failures: z.int(),
  lastFailure: z.object({ at: z.string(), where: z.string(), because: z.string() }).optional(),
  hasSettings: z.boolean(),
});

const AnyValues = z.record(z.string(), z.unknown());
const readSettings = { action: 'read', subject: 'BusinessSettings' } as const;
const changeSettings = { action: 'change', subject: 'BusinessSettings' } as const;

const businessOf = ({ tenant: { name, zone, currency, locale, url } }: Ctx) => ({ name, zone, currency, locale, url });

async function pluginsOf(ctx: Ctx, place: ListPlace) {
  const { data, nextCursor } = walkRows(await ctx.use(core).plugins(), ({ id }) => ({ key: id, id }), place);
  return { data: data.map((plugin) => ({ ...plugin, title: ctx.text(plugin.title), ...(plugin.about && { about: ctx.text(plugin.about) }) })), nextCursor };
}

/** `/api/v1/workspace/settings` and `/api/v1/workspace/plugins`. A plugin is named by its id, which is a word. */
export const settingsRoutes: readonly Route[] = [
  get('/settings', { name: 'read-business', may: readSettings, answer: BusinessView }, (ctx) => Promise.resolve(businessOf(ctx))),
  patch('/settings', { name: 'change-business', may: changeSettings, body: SaveBusiness, answer: BusinessView }, async (ctx, { body }) => {
    await saveBusiness(ctx, body);
    return { ...businessOf(ctx), ...body };
  }),
  get(
    '/plugins',
    {
      name: 'list-plugins',
      may: { action: 'read', subject: 'Plugin' },
      query: listQuery(['id', '-id']),
      answer: z.object({ data: z.array(PluginView), nextCursor: z.string().nullable() }),
    },
    (ctx, { query }) => pluginsOf(ctx, query),
  ),
  post(
    '/plugins/{plugin}/switch',
    { name: 'switch-plugin', may: { action: 'switch', subject: 'Plugin' }, body: z.object({ on: z.boolean() }), answer: z.object({ on: z.boolean() }) },
    async (ctx, { params, body }) => {
      await switchPlugin(ctx, params['plugin']!, body.on);
      return { on: body.on };
    },
  ),
  get(
    '/plugins/{plugin}/settings',
    { name: 'read-plugin-settings', may: readSettings, answer: z.object({ values: AnyValues, schema: AnyValues }) },
    (ctx, { params }) => ctx.use(core).settingsOf(params['plugin']!),
  ),
  put(
    '/plugins/{plugin}/settings',
    { name: 'save-plugin-settings', may: changeSettings, body: AnyValues, answer: z.object({ values: AnyValues }) },
    async (ctx, { params, body }) => {
      await savePluginSettings(ctx, params['plugin']!, body);
      return { values: (await ctx.use(core).settingsOf(params['plugin']!)).values };
    },
  ),
];
