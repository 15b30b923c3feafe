import { InvalidInput, isId, type Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import { accounts, type ChoosableAccount } from '@portico/plugin-accounts/api';

/**
 * The customers that a form offers, as one choice of customer and bill group. Whoever comes from a customer's page (`for`,
 * its id) is offered that customer alone.
 */
export async function buyersForChoice(ctx: Ctx, wanted: string | null) {
  const of = wanted && isId(wanted) ? await ctx.inTenant((tx) => groupsOfCustomer(tx, wanted)) : [];
  if (of.length > 0) return { groups: of, more: 0, chosen: of[0]!.value };
  const { choices, more } = await ctx.use(accounts).accountsForChoice();
  const groups = choices.flatMap(({ accountId, name, billGroups }) =>
    billGroups.map((group) => ({ value: `${accountId} ${group.billGroupId}`, label: `${name} · ${group.name}` })),
  );
  return { groups, more, chosen: '' };
}

const groupsOfCustomer = (tx: Tx, accountId: Id): Promise<{ value: string; label: string }[]> =>
  tx.rows(sql`select a.id || ' ' || g.id as value, a.name || ' · ' || g.name as label from accounts.account_v1 a
    join accounts.bill_group_v1 g on g.tenant_id = ${tx.ctx.tenant.id} and g.account_id = a.id
    where a.tenant_id = ${tx.ctx.tenant.id} and a.id = ${accountId} order by g.name, g.id limit 100`);

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
