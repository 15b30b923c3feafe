import { InvalidInput, parseMoney } from '@portico/kit';

/** What was typed into a field, trimmed; undefined when it was left empty. */
export function textIn(form: FormData, name: string): string | undefined {
  const value = form.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A whole number that was typed; NaN when it is none, so that the schema says so at its field. */
export const numberIn = (form: FormData, name: string): number => Number(textIn(form, name) ?? NaN);

/** An amount that was typed, "312.40", as it travels on the wire. Throws InvalidInput at the field. */
export function amountIn(form: FormData, name: string, currency: string): { amount: number; currency: string } {
  const money = parseMoney(textIn(form, name) ?? '', currency);
  if (!money) throw new InvalidInput({ [name]: { key: 'leads.problem.amount' } });
  return { amount: Number(money.amount), currency };
}

/** Words that stand between commas, spaces or line ends. */
export const listIn = (form: FormData, name: string): string[] => (textIn(form, name) ?? '').split(/[\s,;]+/).filter((word) => word !== '');
