import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brandColours, brandStyle, changeText, GROUNDS, NotAColour, parseHex, TARGETS } from '../brand.ts';
import { contrast, fromOklch, toOklch } from '../oklch.ts';
import { createTexts } from '../text.tsx';

const anyColour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`);
const tokens = readFileSync(path.join(import.meta.dirname, '../styles/tokens.css'), 'utf8');

/** What a token's pair is in the stylesheet. */
function pairOf(token: string): { light: string; dark: string } {
  const match = new RegExp(`--${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens);
  if (!match) throw new Error(`no pair for --${token}`);
  return { light: match[1]!, dark: match[2]! };
}

describe('colours made from one', () => {
  test('whatever colour a business gives, ink, link and ring pass contrast in light and dark', () => {
    fc.assert(
      fc.property(anyColour, (given) => {
        const colours = brandColours(given);
        for (const theme of ['light', 'dark'] as const) {
          const { brand, brandInk, brandLink, brandSoft, ring } = colours[theme];
          const grounds = Object.values(GROUNDS[theme]);
          expect(contrast(brandInk, brand)).toBeGreaterThanOrEqual(TARGETS.ink);
          for (const ground of [...grounds, brandSoft]) expect(contrast(brandLink, ground)).toBeGreaterThanOrEqual(TARGETS.link);
          for (const ground of grounds) expect(contrast(ring, ground)).toBeGreaterThanOrEqual(TARGETS.ring);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('the fill stays as given in the light', () => {
    fc.assert(fc.property(anyColour, (given) => brandColours(given).light.brand === given));
  });

  test('#ffd400 keeps its button with dark ink, and gets a darker link that is said so', () => {
    const { light, dark, changes } = brandColours('#ffd400');
    expect(light).toMatchObject({ brand: '#ffd400', brandInk: '#1c1b18' });
    expect(dark).toMatchObject({ brand: '#ffd400', brandLink: '#ffd400' });
    expect(contrast('#ffd400', '#ffffff')).toBeLessThan(1.5);
    expect(contrast(light.brandLink, '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(changes).toContainEqual({ theme: 'light', token: 'brandLink', moved: 'darkened', from: '#ffd400', to: light.brandLink, ratio: 4.5 });
    const { key, values } = changeText(changes[0]!);
    expect(createTexts('en').t(key, values)).toBe(`Darkened from #ffd400 to ${changes[0]!.to} to reach 4.5:1`);
  });

  test('#0f5c63 passes in the light untouched, so nothing is said about it', () => {
    expect(brandColours('#0f5c63').changes.filter((change) => change.theme === 'light')).toEqual([]);
  });

  test('the link keeps the hue of the colour', () => {
    const hue = (hex: string) => toOklch(hex).h;
    const { light, dark } = brandColours('#c2410c');
    expect(Math.abs(hue(light.brandLink) - hue('#c2410c'))).toBeLessThan(8);
    expect(Math.abs(hue(dark.brandLink) - hue('#c2410c'))).toBeLessThan(8);
  });

  test('what is no colour is refused with its own error', () => {
    for (const bad of ['', 'red', '#12', '#12345', '#gggggg', 'url(x)', '#0f5c63;}']) expect(() => brandColours(bad)).toThrow(NotAColour);
    expect(parseHex(' FD0 ')).toBe('#ffdd00');
  });

  test('the style sets each token with its dark twin and can hold nothing but colours', () => {
    fc.assert(
      fc.property(anyColour, (given) => {
        expect(brandStyle(brandColours(given))).toMatch(/^:root\{(--[a-z-]+:light-dark\(#[0-9a-f]{6},#[0-9a-f]{6}\);?){5}\}$/);
      }),
      { numRuns: 50 },
    );
  });

  test('OKLCH and back is the same colour', () => {
    fc.assert(fc.property(anyColour, (hex) => fromOklch(toOklch(hex)) === hex));
  });
});

describe('neutral tokens', () => {
  test('the grounds that contrast is computed on are those of the stylesheet', () => {
    for (const name of ['surface', 'ground', 'sunken'] as const) {
      expect(pairOf(name)).toEqual({ light: GROUNDS.light[name], dark: GROUNDS.dark[name] });
    }
  });

  test('text reaches 4.5:1 on every ground, status on its own soft ground, edges of fields 3:1', () => {
    for (const theme of ['light', 'dark'] as const) {
      for (const ink of ['ink', 'ink-2', 'ink-3'])
        for (const ground of Object.values(GROUNDS[theme])) expect(contrast(pairOf(ink)[theme], ground), `${ink} ${theme}`).toBeGreaterThanOrEqual(4.5);
      for (const tone of ['good', 'wait', 'bad', 'info']) {
        expect(contrast(pairOf(tone)[theme], pairOf(`${tone}-soft`)[theme])).toBeGreaterThanOrEqual(4.5);
        expect(contrast(pairOf(tone)[theme], GROUNDS[theme].surface)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(pairOf('edge')[theme], GROUNDS[theme].surface)).toBeGreaterThanOrEqual(3);
    }
  });
});
