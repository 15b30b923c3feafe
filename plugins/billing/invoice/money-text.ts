import { minorDigits } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';

/** An amount as the business writes it, "$312.40": for sentences, mails and documents. */
export function moneyText({ tenant }: Ctx, minor: number, currency: string): string {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat(tenant.locale, { style: 'currency', currency }).format(minor / 10 ** digits);
}
