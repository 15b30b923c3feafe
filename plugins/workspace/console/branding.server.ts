import { core, type Ctx, formInput, intentOf, type Submitted } from '@portico/kit/server';
import { wordsAsText, wordsFromText } from '../branding/own-words.ts';
import { SaveBranding, saveBranding, type Logo } from '../branding/save-branding.ts';

/** How the business looks now. */
export async function load(ctx: Ctx) {
  const { words, logoFileId, ...branding } = await ctx.use(core).branding();
  return {
    ...branding,
    businessName: ctx.tenant.name,
    words: wordsAsText(words),
    logoUrl: logoFileId ? `/files/${logoFileId}` : null,
    canChange: ctx.may('change', 'Branding'),
  };
}

/** One form for the look, one button to take the logo away. */
export const submit = async (ctx: Ctx, form: FormData): Promise<Submitted> => intentOf(form, { save, 'no-logo': removeLogo })(ctx, form);

async function removeLogo(ctx: Ctx): Promise<Submitted> {
  await saveBranding(ctx, { logo: null });
  return { ok: true, say: 'workspace.logo-removed' };
}

async function save(ctx: Ctx, form: FormData): Promise<Submitted> {
  const given = formInput(form);
  // a field that was emptied is an empty text here: branding knows no other nothing
  const text = (name: string) => given[name] ?? '';
  const changes = SaveBranding.parse({
    colour: text('colour'),
    contactLine: text('contactLine'),
    contactEmail: text('contactEmail'),
    contactPhone: text('contactPhone'),
    words: wordsFromText(String(text('words'))),
  });
  const logo = await pictureIn(form);
  await saveBranding(ctx, { ...changes, ...(logo && { logo }) });
  return { ok: true, say: 'workspace.branding-saved' };
}

// A file field that was left alone sends an empty file without a name.
async function pictureIn(form: FormData): Promise<Logo | undefined> {
  const file = form.get('logo');
  if (!(file instanceof File) || (file.size === 0 && file.name === '')) return undefined;
  return { fileName: file.name, mediaType: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}
