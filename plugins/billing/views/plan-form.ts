import { amountIn, numberIn, textIn, type Ctx } from '@portico/kit/server';
import { WritePlan } from '../plan/plan-input.ts';

/** The currencies that a plan's form offers: the business's own, and those in common use. */
export const offeredCurrencies = (ctx: Ctx): readonly string[] => [
  ctx.tenant.currency,
  ...['USD', 'EUR', 'GBP', 'CAD'].filter((code) => code !== ctx.tenant.currency),
];

/** A plan as its form was filled in; an empty price is none. Problems stand at the fields of the form. */
export function planIn(form: FormData): WritePlan {
  const currencies = [...form.keys()].filter((name) => /^price-[A-Z]{3}$/.test(name)).map((name) => name.slice('price-'.length));
  const filled = currencies.filter((currency, at) => at === 0 || textIn(form, `price-${currency}`) !== undefined);
  return WritePlan.parse({
    name: textIn(form, 'name') ?? '',
    about: textIn(form, 'about') ?? '',
    every: { unit: textIn(form, 'unit'), count: numberIn(form, 'count') },
    prices: filled.map((currency) => amountIn(form, `price-${currency}`, currency)),
  });
}
