import { dayOf } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { accounts } from '@portico/plugin-accounts/api';
import { amountIn, listIn, numberIn, textIn } from '../form-text.ts';
import { createOrder } from '../order/create-order.ts';
import { CreateOrder } from '../order/order-input.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

/** Whom an order can be for, and of what type. */
export async function load(ctx: Ctx) {
  const customers = await ctx.use(accounts).accountsForChoice();
  return ctx.inTenant(async (tx) => ({
    groups: customers.flatMap(({ accountId, name, billGroups }) =>
      billGroups.map((group) => ({ value: `${accountId} ${group.billGroupId}`, label: `${name} · ${group.name}` })),
    ),
    types: await typesForChoice(tx),
    today: dayOf(ctx.clock.now(), ctx.tenant.zone),
    currency: ctx.tenant.currency,
  }));
}

/** Creates the order and opens its page. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const [accountId, billGroupId] = (textIn(form, 'billGroupId') ?? '').split(' ');
  const counts = textIn(form, 'counts');
  const { currency } = ctx.tenant;
  const input = CreateOrder.parse({
    accountId: accountId || undefined,
    billGroupId: billGroupId ?? '',
    typeId: textIn(form, 'typeId') ?? '',
    price: amountIn(form, 'price', currency),
    startsOn: textIn(form, 'startsOn') ?? '',
    endsOn: textIn(form, 'endsOn') ?? null,
    places: listIn(form, 'places'),
    acceptsReturns: form.has('acceptsReturns'),
    counts,
    ...(counts === 'money' ? { budget: amountIn(form, 'total', currency) } : { leads: numberIn(form, 'total') }),
  });
  const id = await createOrder(ctx, input);
  return { ok: true, say: 'leads.order.say-created', go: `/console/leads/orders/${id}` };
}
