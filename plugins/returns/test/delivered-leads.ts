import { inject } from 'vitest';
import pg from 'pg';
import type { Id, Instant } from '@portico/kit';
import { core, sql } from '@portico/kit/server';
import type { TestBusiness, TestPortal } from '@portico/testing';

/** A customer with people who may return leads. */
export interface Customer {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly adminUserId: Id;
  readonly adminMemberId: Id;
}

const first = <T>(rows: readonly T[]): T => {
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
};

let made = 0;

/** A customer with one account admin, as rows: how customers come to be is not what these tests are about. */
export async function aCustomer(business: TestBusiness): Promise<Customer> {
  made += 1;
  const name = `Customer ${made}`;
  return business.systemCtx('returns').inTenant(async (tx) => {
    const [accountId, billGroupId, adminMemberId] = [tx.ctx.newId(), tx.ctx.newId(), tx.ctx.newId()];
    const now = tx.ctx.clock.now();
    await tx.run(
      sql`insert into accounts.accounts (id, number, name, name_key, created_at) values (${accountId}, ${made}, ${name}, ${name.toLowerCase()}, ${now})`,
    );
    await tx.run(sql`insert into accounts.bill_groups (id, account_id, name, created_at) values (${billGroupId}, ${accountId}, 'Main', ${now})`);
    const adminUserId = await tx.users.create({ name: `Admin of ${name}`, email: `admin${made}@customer.example` });
    await tx.run(
      sql`insert into accounts.members (id, account_id, user_id, is_admin, created_at) values (${adminMemberId}, ${accountId}, ${adminUserId}, true, ${now})`,
    );
    return { accountId, billGroupId, adminUserId, adminMemberId };
  });
}

/** A member below another one, or below nobody. */
export async function aMember(
  business: TestBusiness,
  { accountId }: Customer,
  options: { parentId?: Id; viewDownline?: boolean } = {},
): Promise<{ memberId: Id; userId: Id }> {
  made += 1;
  return business.systemCtx('returns').inTenant(async (tx) => {
    const memberId = tx.ctx.newId();
    const userId = await tx.users.create({ name: `Member ${made}`, email: `member${made}@customer.example` });
    await tx.run(sql`insert into accounts.members (id, account_id, user_id, view_downline, parent_id, created_at)
      values (${memberId}, ${accountId}, ${userId}, ${options.viewDownline ?? false}, ${options.parentId ?? null}, ${tx.ctx.clock.now()})`);
    return { memberId, userId };
  });
}

/** A person of the business's team beside its owner. */
export async function aStaffUser(business: TestBusiness, name: string): Promise<Id> {
  made += 1;
  return business.systemCtx('returns').inTenant(async (tx) => {
    const userId = await tx.users.create({ name, email: `staff${made}@business.example` });
    await tx.run(sql`insert into workspace.staff (id, user_id, role, created_at) values (${tx.ctx.newId()}, ${userId}, 'staff', ${tx.ctx.clock.now()})`);
    return userId;
  });
}

/** An order that has delivered so many leads, just now or at `at`. */
export async function anOrder(
  business: TestBusiness,
  { accountId, billGroupId }: Customer,
  options: { delivered: number; acceptsReturns?: boolean; at?: Instant; assigneeId?: Id; phone?: string; typeId?: Id },
): Promise<{ orderId: Id; typeId: Id; leadIds: readonly Id[] }> {
  made += 1;
  const number = made;
  return business.systemCtx('returns').inTenant(async (tx) => {
    const orderId = tx.ctx.newId();
    const typeId = options.typeId ?? tx.ctx.newId();
    const at = options.at ?? tx.ctx.clock.now();
    if (!options.typeId) await tx.run(sql`insert into leads.lead_types (id, key, name, created_at) values (${typeId}, ${`type-${number}`}, 'Roofing', ${at})`);
    await tx.run(sql`insert into leads.lead_orders (id, number, account_id, bill_group_id, lead_type_id, counts, total, received, price_minor, currency, starts_on, starts_at, accepts_returns, created_at)
      values (${orderId}, ${number}, ${accountId}, ${billGroupId}, ${typeId}, 'leads', ${Math.max(1_000, options.delivered)}, ${options.delivered}, 2500, 'USD', '2020-01-01', '2020-01-01T00:00:00Z', ${options.acceptsReturns ?? true}, ${at})`);
    const pairs = Array.from({ length: options.delivered }, () => ({ lead: tx.ctx.newId(), delivery: tx.ctx.newId() }));
    await tx.run(sql`
      insert into leads.leads (id, lead_type_id, name, phone, town, received_at, delivery_id, order_id, account_id, bill_group_id, delivered_at, assignee_id, name_key, town_key, type_key)
      select p.lead, ${typeId}, 'Sam Whitlock', ${options.phone ?? null}, 'Salem', ${at}, p.delivery, ${orderId}, ${accountId}, ${billGroupId}, ${at}, ${options.assigneeId ?? null}, 'sam whitlock', 'salem', 'roofing'
      from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(lead uuid, delivery uuid)`);
    await tx.run(sql`
      insert into leads.lead_deliveries (id, lead_id, order_id, account_id, bill_group_id, delivered_at, price_minor, currency)
      select p.delivery, p.lead, ${orderId}, ${accountId}, ${billGroupId}, ${at}, 2500, 'USD'
      from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(lead uuid, delivery uuid)`);
    if (options.phone)
      await tx.run(sql`
        insert into leads.lead_words (lead_id, word, account_id)
        select p.lead, ${options.phone.replace('+', '')}, ${accountId} from jsonb_to_recordset(${JSON.stringify(pairs)}::jsonb) as p(lead uuid, delivery uuid)`);
    return { orderId, typeId, leadIds: pairs.map(({ lead }) => lead) };
  });
}

/** A lead that nobody wanted. */
export async function anUnmatchedLead(business: TestBusiness, typeId: Id): Promise<Id> {
  return business.systemCtx('returns').inTenant(async (tx) => {
    const id = tx.ctx.newId();
    await tx.run(
      sql`insert into leads.leads (id, lead_type_id, name, received_at, name_key, town_key, type_key) values (${id}, ${typeId}, 'Nobody', ${tx.ctx.clock.now()}, 'nobody', '', 'roofing')`,
    );
    return id;
  });
}

/** How many leads an order counts as received. */
export const receivedOf = (business: TestBusiness, orderId: Id): Promise<number> =>
  business
    .systemCtx('returns')
    .inTenant(async (tx) => first(await tx.rows<{ received: number }>(sql`select received from leads.lead_orders where id = ${orderId}`)).received);

/** Changes the business's rules for returns. */
export const setRules = (business: TestBusiness, values: object): Promise<void> =>
  business
    .systemCtx('core')
    .use(core)
    .saveSettings('returns', { ...values });

/** The lead of an order that has only one place in the test's mind. */
export const theFirst = first;

/** A connection that stands outside the product: to hold a table so that somebody hangs. */
export async function outside(portal: TestPortal): Promise<pg.Client> {
  const url = new URL(inject('portico').superuserUrl);
  url.pathname = new URL(portal.environment['DATABASE_URL'] ?? '').pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}
