import { z } from 'zod';

/** An amount in minor units of a currency (ISO 4217): `{ amount: 31240n, currency: 'USD' }` is $312.40. */
export interface Money {
  readonly amount: bigint;
  readonly currency: string;
}

/** Digits after the decimal point where they are not two (ISO 4217). */
const MINOR_DIGITS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
};

/** How many digits a currency has after the decimal point: 2 for most, 0 for JPY, 3 for KWD. */
export const minorDigits = (currency: string): number => MINOR_DIGITS[currency] ?? 2;

/** Money as it travels on every wire: a whole number of minor units. */
export const MoneyWire = z.object({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) });

/** Domain → wire. Throws RangeError beyond 2^53, which no invoice of ours reaches. */
export function toWire({ amount, currency }: Money): z.output<typeof MoneyWire> {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER) || amount < -BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError('amount is beyond 2^53');
  return { amount: Number(amount), currency };
}

/** Wire → domain. */
export const fromWire = ({ amount, currency }: z.output<typeof MoneyWire>): Money => ({ amount: BigInt(amount), currency });

/** Reads what a person typed ("312.40", "312,4", "1200") into minor units; undefined when it is no amount of this currency. */
export function parseMoney(text: string, currency: string): Money | undefined {
  const digits = minorDigits(currency);
  const match = /^\s*(-?)(\d{1,13})(?:[.,](\d{1,3}))?\s*$/.exec(text);
  if (!match || (match[3]?.length ?? 0) > digits) return undefined;
  const minor = BigInt(match[2]! + (match[3] ?? '').padEnd(digits, '0'));
  return { amount: match[1] ? -minor : minor, currency };
}
