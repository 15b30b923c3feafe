import { z } from 'zod';
import { InvalidInput, type Id } from '@portico/kit';
import { core, type Branding, type Ctx } from '@portico/kit/server';

const line = (most: number) =>
  z
    .string('portico.problem.invalid')
    .trim()
    .max(most, 'workspace.problem.too-long')
    .regex(/^[^\0]*$/, 'portico.problem.characters');
const orNothing = <Schema extends z.ZodType<string>>(schema: Schema) => z.union([z.literal(''), schema]);
const WORD_KEY = /^[a-z][a-z0-9-]*(\.[a-z0-9_-]+)+$/;

/** How the business looks and speaks; what is absent stays. A logo of null takes the logo away. */
export const SaveBranding = z
  .object({
    colour: z
      .string('workspace.problem.colour')
      .trim()
      .toLowerCase()
      .regex(/^#[0-9a-f]{6}$/, 'workspace.problem.colour'),
    contactLine: line(200),
    contactEmail: orNothing(line(254).pipe(z.email('portico.problem.email'))),
    contactPhone: orNothing(line(40).pipe(z.string().regex(/^[+\d][\d ().\-/]{2,}$/, 'workspace.problem.phone'))),
    words: z.record(z.string().regex(WORD_KEY, 'workspace.problem.word-key'), line(200).min(1, 'workspace.problem.word-empty')),
  })
  .partial();

/** A picture that was sent; its first bytes are checked, not what it says of itself. */
export interface Logo {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}
export type SaveBranding = z.output<typeof SaveBranding> & { readonly logo?: Logo | null };

const MOST_WORDS = 100;

/**
 * The owner changes colour, logo, contact and words. The colour is kept as given; what is shown is repaired until it can be
 * read. Throws InvalidInput at `colour`, `logo`, `words`. Repeating it changes nothing but for one more copy of the logo.
 */
export async function saveBranding(ctx: Ctx, input: SaveBranding): Promise<Branding> {
  ctx.demand('change', 'Branding');
  const { logo, ...changes } = input;
  demandKnownWords(ctx, changes.words ?? {});
  const logoFileId = logo ? await keepLogo(ctx, logo) : logo;
  await ctx.use(core).saveBranding({ ...changes, ...(logoFileId !== undefined && { logoFileId }) });
  return ctx.use(core).branding();
}

// A text that nobody shows is a typing slip: better said now than looked for later.
function demandKnownWords(ctx: Ctx, words: Readonly<Record<string, string>>): void {
  if (Object.keys(words).length > MOST_WORDS) throw new InvalidInput({ words: { key: 'workspace.problem.words-many', values: { maximum: MOST_WORDS } } });
  const unknown = Object.keys(words).find((key) => ctx.text(key) === key);
  if (unknown) throw new InvalidInput({ words: { key: 'workspace.problem.word-unknown', values: { word: unknown } } });
}

async function keepLogo(ctx: Ctx, logo: Logo): Promise<Id> {
  try {
    return await ctx.inTenant((tx) => tx.files.put({ purpose: 'logo', ...logo }));
  } catch (error) {
    if (error instanceof InvalidInput && error.fields['file']) throw new InvalidInput({ logo: error.fields['file'] });
    throw error;
  }
}
