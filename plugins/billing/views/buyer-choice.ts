import { InvalidInput, isId } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { accounts, type ChoosableAccount } from '@portico/plugin-accounts/api';

/** The customers that a form offers, as one choice of customer and bill group. */
export async function buyersForChoice(ctx: Ctx) {
  const { choices, more } = await ctx.use(accounts).accountsForChoice();
  const groups = choices.flatMap(({ accountId, name, billGroups }) =>
    billGroups.map((group) => ({ value: `${accountId} ${group.billGroupId}`, label: `${name} · ${group.name}` })),
  );
  return { groups, more };
}

/** For whom: picked (two ids), or written as customer, or as customer and bill group with a dot between. Throws InvalidInput at `billGroupId`. */
export async function buyerIn(ctx: Ctx, text: string): Promise<{ accountId: string; billGroupId: string }> {
  const [accountId = '', billGroupId = ''] = text.split(' ');
  if (isId(accountId)) return { accountId, billGroupId };
  if (text === '') throw new InvalidInput({ billGroupId: { key: 'portico.problem.required' } });
  const whole = await ctx.use(accounts).accountsNamed(text);
  if (whole.length > 0) return { accountId: theOnly(whole).accountId, billGroupId: groupOf(theOnly(whole)) };
  const [, name = '', group = ''] = /^(.+) · (.+)$/.exec(text) ?? [];
  const account = theOnly(await ctx.use(accounts).accountsNamed(name));
  return { accountId: account.accountId, billGroupId: groupOf(account, group) };
}

function theOnly(found: readonly ChoosableAccount[]): ChoosableAccount {
  const [one, ...others] = found;
  if (!one) throw new InvalidInput({ billGroupId: { key: 'billing.problem.no-customer-named' } });
  if (others.length === 0) return one;
  const names = found.map(({ number, name }) => `${name} (#${number})`).join(', ');
  throw new InvalidInput({ billGroupId: { key: 'billing.problem.several-customers', values: { names } } });
}

function groupOf({ name, billGroups }: ChoosableAccount, wanted?: string): string {
  const fitting = wanted === undefined ? billGroups : billGroups.filter((group) => group.name.toLowerCase() === wanted.toLowerCase());
  if (fitting.length === 1) return fitting[0]!.billGroupId;
  const names = billGroups.map((group) => `${name} · ${group.name}`).join(', ');
  throw new InvalidInput({ billGroupId: { key: 'billing.problem.which-bill-group', values: { names } } });
}
