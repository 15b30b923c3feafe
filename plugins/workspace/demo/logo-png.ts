import { crc32, deflateSync } from 'node:zlib';

/** Whether a point of the unit square is inside of a shape. */
type Shape = (x: number, y: number) => boolean;
type Colour = readonly [number, number, number];

const SIZE = 96;
const SAMPLES = 4;

const roundedSquare: Shape = (x, y) => {
  const [dx, dy] = [Math.max(Math.abs(x - 0.5) - 0.28, 0), Math.max(Math.abs(y - 0.5) - 0.28, 0)];
  return Math.hypot(dx, dy) <= 0.22;
};
const within = (x: number, y: number, centreX: number, centreY: number, radius: number): boolean => Math.hypot(x - centreX, y - centreY) <= radius;

/** Three swells of water, one above the other. */
const waves: Shape = (x, y) => Math.abs(x - 0.5) < 0.3 && [0.33, 0.5, 0.67].some((level) => Math.abs(y - level - 0.045 * Math.sin((x - 0.2) * 21)) < 0.04);

/** A leaf with its rib: where two circles meet. */
const leaf: Shape = (x, y) => within(x, y, 0.3, 0.7, 0.42) && within(x, y, 0.7, 0.3, 0.42) && Math.abs(x - y) > 0.012 + (x + y > 0.75 ? 0.012 : 0);

/** The marks of the two demonstration businesses: a shape in one colour on a rounded square of another, as PNG. */
export const LOGOS = {
  'lead-seller': () => drawPng(waves, [255, 255, 255], [14, 116, 110]),
  franchise: () => drawPng(leaf, [40, 70, 20], [255, 212, 0]),
} as const;

function drawPng(shape: Shape, ink: Colour, ground: Colour): Uint8Array {
  const rows = Array.from({ length: SIZE }, (_, y) => [0, ...Array.from({ length: SIZE }, (_, x) => pixel(shape, ink, ground, x, y)).flat()]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([8, 6, 0, 0, 0], 8); // eight bits, red green blue alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.from(rows.flat()))), chunk('IEND', Buffer.alloc(0))]);
}

// The mean of sixteen points: edges are smooth.
function pixel(shape: Shape, ink: Colour, ground: Colour, column: number, row: number): number[] {
  let [inked, covered] = [0, 0];
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample += 1) {
    const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / SIZE;
    const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / SIZE;
    if (!roundedSquare(x, y)) continue;
    covered += 1;
    if (shape(x, y)) inked += 1;
  }
  const share = covered === 0 ? 0 : inked / covered;
  const mixed = ink.map((value, at) => Math.round(value * share + ground[at]! * (1 - share)));
  return [...mixed, Math.round((covered / (SAMPLES * SAMPLES)) * 255)];
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
