import type { Ctx } from '@portico/kit/server';

/** Why a card was declined, in the customer's words; what banks do not say is not guessed. */
export function declineWords(ctx: Ctx, code: string): string {
  const key = `billing.decline.${code.replaceAll('_', '-')}`;
  const words = ctx.text(key);
  return words === key ? ctx.text('billing.decline.other') : words;
}
