import type { Id } from '@portico/kit';
import { sql, type Sql, type Tx } from '@portico/kit/server';
import { nameKey } from './account.model.ts';

/** A customer with the bill groups that something can be put on. */
interface AccountChoice {
  readonly accountId: Id;
  readonly number: number;
  readonly name: string;
  readonly billGroups: readonly { readonly billGroupId: Id; readonly name: string }[];
}

/** The first customers by name, and how many more there are: those are found by what somebody writes. */
interface AccountChoices {
  readonly choices: readonly AccountChoice[];
  readonly more: number;
}

/** So many customers stand in a choice. */
const MOST_CHOICES = 100;
/** So many candidates are named when several customers begin so. */
const MOST_CANDIDATES = 5;

/** The customers that the actor may see, by name, for a choice in a form. */
export async function accountChoices(tx: Tx): Promise<AccountChoices> {
  const choices = await select(tx, sql`true`, MOST_CHOICES);
  if (choices.length < MOST_CHOICES) return { choices, more: 0 };
  const all = await tx.row<{ count: number }>(
    sql`select count(*)::int as count from accounts.accounts a where a.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Account', 'a')}`,
  );
  return { choices, more: all!.count - choices.length };
}

/**
 * Whom a person means who wrote a customer's number, its name, or the beginning of its name: the customers of that very
 * number or name if there are any, else those whose names begin so, at most five.
 */
export async function accountsNamed(tx: Tx, text: string): Promise<readonly AccountChoice[]> {
  const key = nameKey(text).replaceAll('\0', '');
  if (key === '') return [];
  const number = /^#?(\d{1,15})$/.exec(key)?.[1];
  const exact = await select(tx, number ? sql`(a.name_key = ${key} or a.number = ${number}::bigint)` : sql`a.name_key = ${key}`, MOST_CANDIDATES);
  return exact.length > 0 ? exact : select(tx, sql`a.name_key >= ${key} and a.name_key < ${`${key}\u{10ffff}`}`, MOST_CANDIDATES);
}

const select = (tx: Tx, which: Sql, most: number): Promise<AccountChoice[]> =>
  tx.rows<AccountChoice>(sql`
    select a.id as "accountId", a.number, a.name,
      (select coalesce(json_agg(json_build_object('billGroupId', g.id, 'name', g.name) order by g.created_at, g.id), '[]')
         from accounts.bill_groups g where g.tenant_id = a.tenant_id and g.account_id = a.id) as "billGroups"
    from accounts.accounts a
    where a.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'Account', 'a')} and ${which}
    order by a.name_key, a.id limit ${most}`);
