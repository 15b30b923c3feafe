import { InvalidInput, isId, type Id } from '@portico/kit';
import { sql, type Sql, type Tx } from '@portico/kit/server';

/** An order that an unmatched lead can go to. */
interface OrderChoice {
  readonly id: Id;
  readonly number: number;
  readonly account: string;
  /** How many more leads fit. */
  readonly remaining: number;
}

/** So many orders stand in a choice. */
const MOST_ORDERS = 100;

/** Open orders of a type that have room, oldest start date first: the first hundred, and how many more there are. */
export async function ordersToChoose(tx: Tx, typeId: Id): Promise<{ readonly choices: readonly OrderChoice[]; readonly more: number }> {
  const { tenant } = tx.ctx;
  const choices = await tx.rows<OrderChoice>(sql`
    select o.id, o.number, a.name as account, case o.counts when 'leads' then o.total - o.received else o.total / o.price_minor - o.received end as remaining
    from leads.lead_orders o join accounts.account_v1 a on a.tenant_id = ${tenant.id} and a.id = o.account_id
    where ${takesLeads(tx, typeId)}
    order by o.starts_at, o.id limit ${MOST_ORDERS}`);
  if (choices.length < MOST_ORDERS) return { choices, more: 0 };
  const all = await tx.row<{ count: number }>(sql`select count(*)::int as count from leads.lead_orders o where ${takesLeads(tx, typeId)}`);
  return { choices, more: all!.count - choices.length };
}

function takesLeads({ ctx: { tenant, clock } }: Tx, typeId: Id): Sql {
  return sql`o.tenant_id = ${tenant.id} and o.lead_type_id = ${typeId} and o.state = 'open' and o.has_room and o.starts_at <= ${clock.now()}::timestamptz
    and (o.ends_at is null or o.ends_at > ${clock.now()}::timestamptz)`;
}

/** Which order a person means who picked one (an id) or wrote its number. Throws InvalidInput at `orderId` when there is none. */
export async function orderMeant(tx: Tx, text: string): Promise<Id> {
  if (isId(text)) return text;
  const number = /^\D*(\d{1,15})(?!\d)/.exec(text)?.[1];
  const order =
    number && (await tx.row<{ id: Id }>(sql`select o.id from leads.lead_orders o where o.tenant_id = ${tx.ctx.tenant.id} and o.number = ${number}::bigint`));
  if (!order) throw new InvalidInput({ orderId: { key: 'leads.problem.order' } });
  return order.id;
}
