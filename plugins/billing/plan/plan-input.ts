import { isChargeable, chargeStep, MoneyWire } from '@portico/kit';
import { lineOfText, linesOfText } from '@portico/kit/server';
import { z } from 'zod';

/** No price, line or payment of ours is larger: a hundred thousand million minor units. */
export const MOST_MINOR = 100_000_000_000;

/** An amount that could be charged: not negative, of a size that makes sense, in the currency's own steps (requirements 3.11). */
export const ChargeAmount = MoneyWire.superRefine((money, check) => {
  const { amount, currency } = money;
  if (amount < 0 || amount > MOST_MINOR) check.addIssue({ code: 'custom', path: ['amount'], message: 'portico.problem.amount' });
  else if (!isChargeable({ amount: BigInt(amount), currency }))
    check.addIssue({ code: 'custom', path: ['amount'], message: chargeStep(currency) === 10n ? 'billing.problem.last-digit' : 'billing.problem.whole' });
});

/** A plan as it is written down: what it is called, how often it is billed, what it costs in each currency. */
export const WritePlan = z.object({
  name: lineOfText(80, 'portico.problem.required'),
  about: linesOfText(500).default(''),
  every: z.object({
    unit: z.enum(['day', 'week', 'month', 'year'], 'portico.problem.choice'),
    count: z.int('portico.problem.number').min(1).max(366),
  }),
  prices: z
    .array(ChargeAmount)
    .min(1)
    .max(20)
    .refine((prices) => new Set(prices.map(({ currency }) => currency)).size === prices.length, 'billing.problem.currency-twice'),
});
export type WritePlan = z.output<typeof WritePlan>;
