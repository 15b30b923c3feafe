/** For tests of plugins: customers and their people. Product code never imports it. */
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { TestBusiness } from '@portico/testing';

/** A person who signs in for a customer. */
export interface TestMember {
  readonly memberId: Id;
  readonly userId: Id;
}

/** A customer of a test business, with its one bill group and its account admin. */
export interface TestCustomer {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly admin: TestMember;
}

/** A customer with one account admin, as rows: no mail is sent and no event told. Each call makes another one. */
export async function aCustomer(business: Pick<TestBusiness, 'systemCtx'>, name?: string): Promise<TestCustomer> {
  const made = await business.systemCtx('accounts').inTenant(async (tx) => {
    const [accountId, billGroupId, now] = [tx.ctx.newId(), tx.ctx.newId(), tx.ctx.clock.now()];
    const number = await tx.nextNumber('accounts.account');
    const called = name ?? `Customer ${number}`;
    await tx.run(sql`insert into accounts.accounts (id, number, name, name_key, created_at)
      values (${accountId}, ${number}, ${called}, ${called.toLowerCase()}, ${now})`);
    await tx.run(sql`insert into accounts.bill_groups (id, account_id, name, created_at) values (${billGroupId}, ${accountId}, 'Main', ${now})`);
    return { accountId, billGroupId, name: called };
  });
  const { accountId, billGroupId } = made;
  return { accountId, billGroupId, admin: await aMember(business, made, { name: `Admin of ${made.name}`, isAdmin: true }) };
}

/** A user of a customer, below another one or below nobody; as rows. */
export async function aMember(
  business: Pick<TestBusiness, 'systemCtx'>,
  { accountId }: Pick<TestCustomer, 'accountId'>,
  { name = 'Member', isAdmin = false, viewDownline = false, parent }: { name?: string; isAdmin?: boolean; viewDownline?: boolean; parent?: TestMember } = {},
): Promise<TestMember> {
  return business.systemCtx('accounts').inTenant(async (tx) => {
    const memberId = tx.ctx.newId();
    const userId = await tx.users.create({ name, email: `${memberId}@people.example` });
    await tx.run(sql`insert into accounts.members (id, account_id, user_id, is_admin, view_downline, parent_id, created_at)
      values (${memberId}, ${accountId}, ${userId}, ${isAdmin}, ${viewDownline}, ${parent?.memberId ?? null}, ${tx.ctx.clock.now()})`);
    return { memberId, userId };
  });
}
