import type { Ctx } from '@portico/kit/server';

/** Why a card was declined, said to its owner with what helps; what banks do not say is not guessed. */
export const declineWords = (ctx: Ctx, code: string): string => wordsFor(ctx, 'billing.decline', code);

/** The same in a few words, said of the card to staff. */
export const declineReason = (ctx: Ctx, code: string): string => wordsFor(ctx, 'billing.declined', code);

function wordsFor(ctx: Ctx, keys: string, code: string): string {
  const key = `${keys}.${code.replaceAll('_', '-')}`;
  const words = ctx.text(key);
  return words === key ? ctx.text(`${keys}.other`) : words;
}
