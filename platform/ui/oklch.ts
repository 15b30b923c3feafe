/**
 * Colour arithmetic, pure. sRGB ↔ OKLCH as in CSS Color 4 (https://www.w3.org/TR/css-color-4/#ok-lab), contrast as in
 * WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio). Every result is rounded to the eight bits per channel
 * that a screen gets, so a contrast measured here is the contrast that people see.
 */

/** A colour as `#rrggbb`, lower case. */
export type Hex = string;

/** Lightness 0–1, chroma from 0, hue in degrees. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

type Triple = readonly [number, number, number];

const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const fromLinear = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

function linearOf(hex: Hex): Triple {
  const n = Number.parseInt(hex.slice(1), 16);
  return [toLinear((n >> 16) / 255), toLinear(((n >> 8) & 255) / 255), toLinear((n & 255) / 255)];
}

function linearOfOklch({ l, c, h }: Oklch): Triple {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** The OKLCH coordinates of a colour. A grey has chroma near 0 and a hue without meaning. */
export function toOklch(hex: Hex): Oklch {
  const [r, g, b] = linearOf(hex);
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short;
  const a = 1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short;
  const bb = 0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short;
  return { l, c: Math.hypot(a, bb), h: (Math.atan2(bb, a) * 180) / Math.PI };
}

const EDGE = 0.0005;
const isShown = (rgb: Triple): boolean => rgb.every((v) => v >= -EDGE && v <= 1 + EDGE);

/** The nearest colour that a screen can show: same lightness and hue, as much of the chroma as fits. */
export function fromOklch({ l, c, h }: Oklch): Hex {
  let low = 0;
  let high = c;
  if (!isShown(linearOfOklch({ l, c, h }))) {
    for (let i = 0; i < 20; i++) {
      const middle = (low + high) / 2;
      if (isShown(linearOfOklch({ l, c: middle, h }))) low = middle;
      else high = middle;
    }
    high = low;
  }
  const bytes = linearOfOklch({ l, c: high, h }).map((v) => Math.round(fromLinear(Math.min(1, Math.max(0, v))) * 255));
  return `#${bytes.map((v) => v.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, 0 (black) to 1 (white). */
function luminance(hex: Hex): number {
  const [r, g, b] = linearOf(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21, whichever is the lighter. */
export function contrast(one: Hex, other: Hex): number {
  const a = luminance(one);
  const b = luminance(other);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
