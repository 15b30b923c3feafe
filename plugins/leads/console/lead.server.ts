import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { ordersToChoose } from '../order/order-choices.ts';
import { leadPageData } from '../views/lead-page-data.ts';
import { submitLead } from '../views/submit-lead.ts';

/** One lead, and, while no order has it, the orders that it could go to. */
export async function load(ctx: Ctx, request: PageRequest) {
  const data = await leadPageData(ctx, request.params['leadId']!);
  const isUnmatched = data.lead.accountId === null;
  return { ...data, orders: isUnmatched ? await ctx.inTenant((tx) => ordersToChoose(tx, data.lead.typeId)) : null };
}

/** Status, assign, undo, order. */
export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> => submitLead(ctx, request.params['leadId']!, form);
