import { inject } from 'vitest';
import pg from 'pg';
import type { Id } from '@portico/kit';
import { core, sql } from '@portico/kit/server';
import type { TestBusiness, TestPortal } from '@portico/testing';

const first = <T>(rows: readonly T[]): T => {
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
};

let made = 0;

/** A person of the business's team beside its owner. */
export async function aStaffUser(business: TestBusiness, name: string): Promise<Id> {
  made += 1;
  return business.systemCtx('returns').inTenant(async (tx) => {
    const userId = await tx.users.create({ name, email: `staff${made}@business.example` });
    await tx.run(sql`insert into workspace.staff (id, user_id, role, created_at) values (${tx.ctx.newId()}, ${userId}, 'staff', ${tx.ctx.clock.now()})`);
    return userId;
  });
}

/** How many leads an order counts as received. */
export const receivedOf = (business: TestBusiness, orderId: Id): Promise<number> =>
  business
    .systemCtx('returns')
    .inTenant(async (tx) => first(await tx.rows<{ received: number }>(sql`select received from leads.lead_order_v1 where id = ${orderId}`)).received);

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
