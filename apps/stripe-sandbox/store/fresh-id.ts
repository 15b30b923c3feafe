import { randomFillSync } from 'node:crypto';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const pool = new Uint8Array(8_192);
let used = pool.length;

/** An id in Stripe's form: a prefix and letters that nobody guesses. */
export function freshId(prefix: string, length = 24): string {
  let text = prefix;
  for (let count = 0; count < length; count++) text += letters[nextByte()];
  return text;
}

/** Bytes above the last full row of letters are left out: each letter is equally likely. */
function nextByte(): number {
  for (;;) {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const byte = pool[used++]!;
    if (byte < 248) return byte % 62;
  }
}
