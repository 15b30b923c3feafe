import { minorDigits } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';

/** An amount as the business writes it, "$312.40": for sentences, mails and documents. */
export function moneyText({ tenant }: Ctx, minor: number, currency: string): string {
  return formatOf(tenant.locale, currency).format(minor / 10 ** minorDigits(currency));
}

// making one takes as long as a statement of the database, and a batch of renewals needs one for each receipt
const formats = new Map<string, Intl.NumberFormat>();

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency });
  formats.set(key, made);
  return made;
}
