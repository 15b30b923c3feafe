/**
 * From the one colour that a business gives to the colours its portal uses, light and dark, repaired until they pass
 * contrast. Pure: the branding page, the frame and tests call the same function.
 */
import { contrast, fromOklch, type Hex, toOklch } from './oklch.ts';

/** The grounds that brand colours stand on. The same values as in `styles.css`; a test holds the two equal. */
export const GROUNDS = {
  light: { surface: '#ffffff', ground: '#f7f7f5', sunken: '#f1f1ee' },
  dark: { surface: '#1c1c1a', ground: '#141413', sunken: '#232320' },
} as const;

/** What contrast each use of a brand colour must reach (WCAG 2.2, 1.4.3 and 1.4.11). */
export const TARGETS = { ink: 4.58, link: 4.5, ring: 3 } as const;

/** The brand tokens of one theme, each `#rrggbb`. */
export interface BrandShades {
  /** Fill of the main button and of marks. */
  readonly brand: Hex;
  /** Text on that fill: at least 4.58:1. */
  readonly brandInk: Hex;
  /** Links and the current place: at least 4.5:1 on surface, ground, sunken and brandSoft. */
  readonly brandLink: Hex;
  /** A quiet tinted ground. */
  readonly brandSoft: Hex;
  /** Focus ring and edge of a fill that would melt into the surface: at least 3:1. */
  readonly ring: Hex;
}

export type BrandTheme = 'light' | 'dark';

/** One repair: which token of which theme moved, which way, from what to what, for which ratio. */
export interface BrandChange {
  readonly theme: BrandTheme;
  readonly token: 'brand' | 'brandLink' | 'ring';
  readonly moved: 'darkened' | 'lightened';
  readonly from: Hex;
  readonly to: Hex;
  /** The ratio that it had to reach, `4.5` for 4.5:1. */
  readonly ratio: number;
}

/** Everything made from one colour. */
export interface BrandColours {
  /** The colour as given, normalised to `#rrggbb`. */
  readonly given: Hex;
  readonly light: BrandShades;
  readonly dark: BrandShades;
  readonly changes: readonly BrandChange[];
}

/** The text is no colour of the form `#rgb` or `#rrggbb`. `code` is the key of its sentence. */
export class NotAColour extends Error {
  readonly code = 'ui.brand.not-a-colour';
  constructor(readonly given: string) {
    super(`not a colour of the form #rrggbb: ${JSON.stringify(given.slice(0, 20))}`);
    this.name = 'NotAColour';
  }
}

/** `#0F5C63`, `0f5c63`, `#fd0` → `#0f5c63`, `#ffdd00`. Throws NotAColour on anything else. */
export function parseHex(text: string): Hex {
  const match = /^\s*#?([0-9a-f]{3}|[0-9a-f]{6})\s*$/i.exec(text);
  if (!match) throw new NotAColour(text);
  const digits = match[1]!.toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((d) => d + d).join('') : digits}`;
}

const reaches = (colour: Hex, grounds: readonly Hex[], ratio: number): boolean => grounds.every((g) => contrast(colour, g) >= ratio);

/** Moves a colour's lightness in OKLCH, step by step, hue kept, until it reaches the ratio on every ground. */
function move(from: Hex, towards: 'darkened' | 'lightened', grounds: readonly Hex[], ratio: number): Hex {
  if (reaches(from, grounds, ratio)) return from;
  const { l, c, h } = toOklch(from);
  const step = towards === 'darkened' ? -0.004 : 0.004;
  for (let lightness = l + step; lightness > 0 && lightness < 1; lightness += step) {
    const colour = fromOklch({ l: lightness, c, h });
    if (reaches(colour, grounds, ratio)) return colour;
  }
  return towards === 'darkened' ? '#000000' : '#ffffff';
}

/** Our ink where it suffices (softer than black), else black or white, whichever is higher: never below 4.58:1. */
function inkOn(fill: Hex): Hex {
  if (contrast('#ffffff', fill) >= contrast('#000000', fill)) return '#ffffff';
  return contrast('#1c1b18', fill) >= TARGETS.ink ? '#1c1b18' : '#000000';
}

function shades(given: Hex, theme: BrandTheme): { shades: BrandShades; changes: BrandChange[] } {
  const { surface, ground, sunken } = GROUNDS[theme];
  const towards = theme === 'light' ? 'darkened' : 'lightened';
  const { l, c, h } = toOklch(given);
  // A button in the dark must be seen at all; in the light the fill stays as given, and its edge is drawn with the ring.
  const brand = theme === 'light' ? given : move(given, 'lightened', [surface], TARGETS.link);
  const brandSoft =
    theme === 'light' ? fromOklch({ l: 0.935 + 0.04 * l, c: Math.min(0.055, c * 0.28), h }) : fromOklch({ l: 0.285, c: Math.min(0.05, c * 0.4), h });
  // A dark link that only just passes looks dull beside the text, so it starts brighter than it must.
  const start = theme === 'light' || l >= 0.77 ? given : fromOklch({ l: 0.77, c, h });
  const brandLink = move(start, towards, [surface, ground, sunken, brandSoft], TARGETS.link);
  const ring = move(start, towards, [surface, ground, sunken], TARGETS.ring);
  const moved = (token: BrandChange['token'], to: Hex, ratio: number): BrandChange[] =>
    to === given ? [] : [{ theme, token, moved: towards, from: given, to, ratio }];
  return {
    shades: { brand, brandInk: inkOn(brand), brandLink, brandSoft, ring },
    changes: [...moved('brand', brand, TARGETS.link), ...moved('brandLink', brandLink, TARGETS.link), ...moved('ring', ring, TARGETS.ring)],
  };
}

/** Computes a business's colours from one. Same colour, same answer. Throws NotAColour. */
export function brandColours(colour: string): BrandColours {
  const given = parseHex(colour);
  const light = shades(given, 'light');
  const dark = shades(given, 'dark');
  return { given, light: light.shades, dark: dark.shades, changes: [...light.changes, ...dark.changes] };
}

const TOKENS = { brand: '--brand', brandInk: '--brand-ink', brandLink: '--brand-link', brandSoft: '--brand-soft', ring: '--ring' } as const;

/** The brand tokens as declarations, each with its dark twin: `--brand:light-dark(#0f5c63,#3a9aa3);…`. */
export const brandDeclarations = ({ light, dark }: BrandColours): string =>
  (Object.keys(TOKENS) as (keyof BrandShades)[]).map((token) => `${TOKENS[token]}:light-dark(${light[token]},${dark[token]})`).join(';');

/** The CSS text for the frame's `<style nonce>`: sets the brand tokens on the whole page, or below `selector` (a preview). */
export const brandStyle = (colours: BrandColours, selector = ':root'): string => `${selector}{${brandDeclarations(colours)}}`;

/** A repair as a translation key with its values: "Darkened from #ffd400 to #7a5f00 to reach 4.5:1". */
export const changeText = ({ moved, from, to, ratio }: BrandChange): { key: string; values: { from: Hex; to: Hex; ratio: number } } => ({
  key: `ui.brand.${moved}`,
  values: { from, to, ratio },
});
