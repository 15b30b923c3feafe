import { dayOf, InvalidInput, isId } from '@portico/kit';
import type { Ctx, Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { accounts, type ChoosableAccount } from '@portico/plugin-accounts/api';
import { amountIn, listIn, numberIn, textIn } from '../form-text.ts';
import { createOrder } from '../order/create-order.ts';
import { CreateOrder } from '../order/order-input.ts';
import { typesForChoice } from '../type/lead-type.queries.ts';

/** Whom an order can be for, and of what type. */
export async function load(ctx: Ctx) {
  const { choices, more } = await ctx.use(accounts).accountsForChoice();
  return ctx.inTenant(async (tx) => ({
    // the form that is shown creates one order, however often it is sent
    orderId: ctx.newId(),
    groups: choices.flatMap(({ accountId, name, billGroups }) =>
      billGroups.map((group) => ({ value: `${accountId} ${group.billGroupId}`, label: `${name} · ${group.name}` })),
    ),
    moreCustomers: more,
    types: await typesForChoice(tx),
    today: dayOf(ctx.clock.now(), ctx.tenant.zone),
    currency: ctx.tenant.currency,
  }));
}

/** Creates the order and opens its page. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const buyer = await buyerIn(ctx, textIn(form, 'billGroupId') ?? '');
  const counts = textIn(form, 'counts');
  const { currency } = ctx.tenant;
  const input = CreateOrder.parse({
    ...buyer,
    typeId: textIn(form, 'typeId') ?? '',
    price: amountIn(form, 'price', currency),
    startsOn: textIn(form, 'startsOn') ?? '',
    endsOn: textIn(form, 'endsOn') ?? null,
    places: listIn(form, 'places'),
    acceptsReturns: form.has('acceptsReturns'),
    renewal: form.has('renewal'),
    autoCharge: form.has('autoCharge'),
    counts,
    ...(counts === 'money' ? { budget: amountIn(form, 'total', currency) } : { leads: numberIn(form, 'total') }),
  });
  const id = await createOrder(ctx, input, z.uuid().optional().parse(textIn(form, 'orderId')));
  return { ok: true, say: 'leads.order.say-created', go: `/console/leads/orders/${id}` };
}

/** For whom the order is: picked (two ids), or written as customer, or as customer and bill group with a dot between. */
async function buyerIn(ctx: Ctx, text: string): Promise<{ accountId?: string; billGroupId: string }> {
  const [accountId = '', billGroupId = ''] = text.split(' ');
  if (text === '' || isId(accountId)) return { accountId: accountId || undefined, billGroupId };
  const whole = await ctx.use(accounts).accountsNamed(text);
  if (whole.length > 0) return { accountId: theOnly(whole).accountId, billGroupId: groupOf(theOnly(whole)) };
  const [, name = '', group = ''] = /^(.+) · (.+)$/.exec(text) ?? [];
  const account = theOnly(await ctx.use(accounts).accountsNamed(name));
  return { accountId: account.accountId, billGroupId: groupOf(account, group) };
}

function theOnly(found: readonly ChoosableAccount[]): ChoosableAccount {
  const [one, ...others] = found;
  if (!one) throw new InvalidInput({ billGroupId: { key: 'leads.problem.no-customer-named' } });
  if (others.length === 0) return one;
  const names = found.map(({ number, name }) => `${name} (#${number})`).join(', ');
  throw new InvalidInput({ billGroupId: { key: 'leads.problem.several-customers', values: { names } } });
}

function groupOf({ name, billGroups }: ChoosableAccount, wanted?: string): string {
  const fitting = wanted === undefined ? billGroups : billGroups.filter((group) => group.name.toLowerCase() === wanted.toLowerCase());
  if (fitting.length === 1) return fitting[0]!.billGroupId;
  const names = billGroups.map((group) => `${name} · ${group.name}`).join(', ');
  throw new InvalidInput({ billGroupId: { key: 'leads.problem.which-bill-group', values: { names } } });
}
