import { InvalidInput } from '@portico/kit';
import { core, type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { SaveBusiness, saveBusiness } from '../settings/save-business.ts';
import { savePluginSettings } from '../settings/save-plugin-settings.ts';
import { secretInput, settingFields, settingsFromForm } from '../settings/settings-schema.ts';

/** What is said of the business, and the settings of each enabled plugin. */
export async function load(ctx: Ctx) {
  const { name, zone, currency, url } = ctx.tenant;
  const shown = (await ctx.use(core).plugins()).filter((plugin) => plugin.enabled && plugin.hasSettings);
  const plugins = [];
  for (const { id, title } of shown) {
    const { schema, values } = await ctx.use(core).settingsOf(id);
    plugins.push({ id, title, fields: settingFields(schema), values });
  }
  return { business: { name, zone, currency, url }, zones: Intl.supportedValuesOf('timeZone'), plugins, canChange: ctx.may('change', 'BusinessSettings') };
}

/** One form for the business, one for each plugin. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const pluginId = form.get('pluginId');
  if (typeof pluginId === 'string') {
    await submitPluginSettings(ctx, pluginId, form);
    return { ok: true, say: 'workspace.settings-saved' };
  }
  await saveBusiness(ctx, SaveBusiness.parse(formInput(form)));
  return { ok: true, say: 'workspace.settings-saved' };
}

async function submitPluginSettings(ctx: Ctx, pluginId: string, form: FormData): Promise<void> {
  const { schema, values } = await ctx.use(core).settingsOf(pluginId);
  const fields = settingFields(schema);
  const inputOf = (name: string) => (fields.some((field) => field.name === name && field.kind === 'secret') ? secretInput(name) : name);
  try {
    await savePluginSettings(ctx, pluginId, settingsFromForm(fields, form, values));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    // a problem of one line of a list (`reasons.2`) stands at the list
    throw new InvalidInput(Object.fromEntries(Object.entries(error.fields).map(([field, problem]) => [inputOf(field.split('.')[0]!), problem])));
  }
}
