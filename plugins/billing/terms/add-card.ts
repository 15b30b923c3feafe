import type { Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { paymentGateway } from '../api.ts';
import { demandBillGroup } from './bill-group.ts';
import { isCardAwaited } from '../collection/note-new-card.ts';
import { keepCard, lockTerms, makeDefault } from './keep-card.ts';

/** A card that was set up in the gateway's own fields: the gateway's name of the set-up. */
export const AddCard = z.object({ billGroupId: z.uuid('billing.problem.bill-group'), card: z.string().min(1, 'portico.problem.required').max(200) });
export type AddCard = z.output<typeof AddCard>;

/** Begins to keep a card of a bill group: the secret lets the card fields set it up, and the bank ask its owner. Throws NotFound. */
export async function beginCard(ctx: Ctx, billGroupId: Id): Promise<{ readonly clientSecret: string }> {
  const { name } = await ctx.inTenant((tx) => demandBillGroup(tx, billGroupId));
  return ctx.provider(paymentGateway).beginToKeep({ billGroupId, name });
}

/** Writes a card down that was set up. The first one becomes the default. The same card again changes nothing. Throws NotFound, InvalidInput at `card`. */
export async function addCard(ctx: Ctx, { billGroupId, card }: AddCard): Promise<Id> {
  await ctx.inTenant((tx) => demandBillGroup(tx, billGroupId));
  const method = await ctx.provider(paymentGateway).readMethod(card);
  return ctx.inTenant(async (tx) => {
    const owner = await demandBillGroup(tx, billGroupId);
    const id = await keepCard(tx, owner, method);
    // somebody whose card failed gives another one: it takes the place of the one that failed, which is what the page says
    if (await isCardAwaited(tx, billGroupId)) await makeDefault(tx, await lockTerms(tx, owner), id);
    await tx.audit('billing.card-added', null, { billGroupId, brand: method.brand, lastFour: method.lastFour });
    return id;
  });
}
