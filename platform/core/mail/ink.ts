/** Black or white, whichever can be read on a colour (WCAG 2.2 relative luminance). */
export function inkOn(hex: string): '#1c1b18' | '#ffffff' {
  const [r, g, b] = [1, 3, 5].map((at) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255)) as [number, number, number];
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return (luminance + 0.05) / 0.06 > 1.05 / (luminance + 0.05) ? '#1c1b18' : '#ffffff';
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
