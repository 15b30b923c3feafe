import { PorticoError } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { paymentGateway, type CardForm } from '../api.ts';

/** What a page needs for the gateway's card fields; null while nothing that takes cards is connected or on here. */
export async function cardFormOf(ctx: Ctx): Promise<CardForm | null> {
  try {
    return await ctx.provider(paymentGateway).cardForm();
  } catch (error) {
    if (error instanceof PorticoError && error.status === 503) return null;
    throw error;
  }
}
