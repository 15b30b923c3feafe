import { z } from 'zod';

/** An amount in minor units of a currency (ISO 4217): `{ amount: 31240n, currency: 'USD' }` is $312.40. */
export interface Money {
  readonly amount: bigint;
  readonly currency: string;
}

/** How a currency is counted, and what of it can be charged. */
interface CurrencyRule {
  /** Digits of the minor unit. */
  readonly digits: number;
  /** A charge is a multiple of so many minor units. */
  readonly step: bigint;
  /** A payout is a multiple of so many. */
  readonly payoutStep: bigint;
}
const rule = (digits: number, step = 1n, payoutStep = step): CurrencyRule => ({ digits, step, payoutStep });

/**
 * Where a currency is not two digits with every cent charged (ISO 4217; what card gateways take, requirements 3.11): króna
 * and Ugandan shilling are counted in hundredths and charged whole, the last of three digits is always 0, forints and new
 * Taiwan dollars are paid out whole.
 */
const RULES: Readonly<Record<string, CurrencyRule>> = {
  ...Object.fromEntries('BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF'.split(' ').map((code) => [code, rule(0)])),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, rule(3, 10n)])),
  ISK: rule(2, 100n),
  UGX: rule(2, 100n),
  HUF: rule(2, 1n, 100n),
  TWD: rule(2, 1n, 100n),
};
const TWO_DIGITS = rule(2);
const ruleOf = (currency: string): CurrencyRule => (Object.hasOwn(RULES, currency) ? RULES[currency]! : TWO_DIGITS);

/** How many digits a currency has after the decimal point: 2 for most, 0 for JPY, 3 for KWD. */
export const minorDigits = (currency: string): number => ruleOf(currency).digits;

/** Charges in this currency are multiples of so many minor units: 1 for most, 10 for KWD, 100 for ISK. */
export const chargeStep = (currency: string): bigint => ruleOf(currency).step;

/** Payouts in this currency are multiples of so many minor units: 100 for HUF. */
export const payoutStep = (currency: string): bigint => ruleOf(currency).payoutStep;

/** Whether an amount can be charged as it is: 5.124 KWD and 5.01 ISK cannot (requirements 3.11). */
export const isChargeable = ({ amount, currency }: Money): boolean => amount % chargeStep(currency) === 0n;

/**
 * An amount in so many parts that add up to it again, each a multiple of the currency's step; what does not divide goes to
 * the first part: 10.00 in three is 3.34, 3.33, 3.33. Throws RangeError for no parts.
 */
export function splitMoney({ amount, currency }: Money, parts: number): Money[] {
  if (!Number.isInteger(parts) || parts < 1) throw new RangeError('an amount is split into one part or more');
  const step = chargeStep(currency);
  const each = (amount / step / BigInt(parts)) * step;
  return Array.from({ length: parts }, (_, at) => ({ amount: at === 0 ? amount - each * BigInt(parts - 1) : each, currency }));
}

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
