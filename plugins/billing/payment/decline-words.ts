import type { Ctx } from '@portico/kit/server';

/** Why a card was declined, said to its owner with what helps; what banks do not say is not guessed. */
export const declineWords = (ctx: Ctx, code: string): string => known(ctx, `billing.decline.${wordOf(code)}`) ?? ctx.text('billing.decline.other');

/** The same in a few words, said of the card to staff. */
export const declineReason = (ctx: Ctx, code: string): string => known(ctx, `billing.declined.${wordOf(code)}`) ?? ctx.text('billing.declined.other');

const wordOf = (code: string): string => code.replaceAll('_', '-');

function known(ctx: Ctx, key: string): string | undefined {
  const words = ctx.text(key);
  return words === key ? undefined : words;
}
