import { z } from 'zod';
import { core, get, patch, type Branding, type Ctx, type Route } from '@portico/kit/server';
import { SaveBranding, saveBranding } from './save-branding.ts';

const BrandingView = z.object({
  colour: z.string(),
  logoUrl: z.string().nullable(),
  contactLine: z.string(),
  contactEmail: z.string(),
  contactPhone: z.string(),
  words: z.record(z.string(), z.string()),
});

/** As the API answers it; the logo by its address. */
const viewOf = (ctx: Ctx, { logoFileId, ...branding }: Branding) => ({ ...branding, logoUrl: logoFileId ? `${ctx.tenant.url}/files/${logoFileId}` : null });

// A picture travels in JSON as base64; 1 MiB of file is the core's limit, and the request's.
const Picture = z.object({
  fileName: z.string().min(1).max(200),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/webp'], 'portico.problem.file-type'),
  base64: z.base64('workspace.problem.base64'),
});
const BrandingBody = SaveBranding.extend({ logo: Picture.nullable().optional() });

/** `/api/v1/workspace/branding`. */
export const brandingRoutes: readonly Route[] = [
  get('/branding', { name: 'read-branding', may: { action: 'read', subject: 'Branding' }, answer: BrandingView }, async (ctx) =>
    viewOf(ctx, await ctx.use(core).branding()),
  ),
  patch(
    '/branding',
    { name: 'change-branding', may: { action: 'change', subject: 'Branding' }, body: BrandingBody, answer: BrandingView },
    async (ctx, { body }) => {
      const { logo, ...changes } = body;
      const picture = logo && { fileName: logo.fileName, mediaType: logo.mediaType, bytes: Buffer.from(logo.base64, 'base64') };
      return viewOf(ctx, await saveBranding(ctx, { ...changes, ...(logo !== undefined && { logo: picture }) }));
    },
  ),
];
