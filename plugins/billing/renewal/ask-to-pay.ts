import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { moneyText } from '../invoice/money-text.ts';

/** An invoice that its customer is to pay themselves. */
export interface Owed {
  readonly accountId: Id;
  readonly currency: string;
  /** Minor units. */
  readonly total: number;
  readonly dueOn: string;
  readonly description: string;
}

/** So many people of one customer are asked at most. */
const PEOPLE = 20;

/** Without auto-pay customers are asked: invoice and mail instead of a charge. Any number of invoices in two statements. */
export async function askToPay(tx: Tx, owed: readonly Owed[]): Promise<void> {
  if (owed.length === 0) return;
  const people = await peopleWhoPay(tx, [...new Set(owed.map(({ accountId }) => accountId))]);
  await tx.mailAll(
    'invoice-ready',
    owed.flatMap(({ accountId, currency, total, dueOn, description }) =>
      (people.get(accountId) ?? []).map((to) => ({ to, data: { amount: moneyText(tx.ctx, total, currency), dueOn, description } })),
    ),
  );
}

async function peopleWhoPay(tx: Tx, accountIds: readonly Id[]): Promise<Map<Id, Id[]>> {
  const rows = await tx.rows<{ accountId: Id; userId: Id }>(sql`select a.id as "accountId", m.user_id as "userId" from unnest(${accountIds}::uuid[]) as a(id)
    cross join lateral (select user_id from accounts.member_v1
      where tenant_id = ${tx.ctx.tenant.id} and account_id = a.id and is_admin and enabled order by id limit ${PEOPLE}) m`);
  const people = new Map<Id, Id[]>();
  for (const { accountId, userId } of rows) people.set(accountId, [...(people.get(accountId) ?? []), userId]);
  return people;
}
