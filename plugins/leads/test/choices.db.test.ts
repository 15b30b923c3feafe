import { afterAll, beforeAll, expect, it } from 'vitest';
import { InvalidInput, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { load as newOrder, submit as submitOrder } from '../console/order-new.server.ts';
import { load as leadPage, submit as submitLead } from '../console/lead.server.ts';
import { load as leadsPage, submit as submitLeads } from '../portal/lead-list.server.ts';
import { load as leadsOfUser } from '../portal/user-leads.server.ts';
import { assignLead } from '../lead/assign-lead.ts';
import { readLead } from '../lead/lead.queries.ts';
import { OrderFormUsed } from '../order/order-errors.ts';
import { createLeadType } from '../type/save-lead-type.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';

/** More than a list holds: 640 customers, 600 users of one of them, 150 open orders of one type. */
let portal: TestPortal;
let market: LeadMarket;
let account: TestCustomer;
let staff: Ctx;
const at = '2026-01-01T00:00:00Z';

beforeAll(async () => {
  portal = await startTestPortal();
  market = await openLeadMarket(await portal.business('crowded'));
  account = await market.account('Brightside');
  staff = await market.business.ctxOf('owner', 'leads');
  await market.owner.inTenant(async (tx) => {
    await tx.run(sql`insert into accounts.accounts (id, number, name, name_key, created_at)
      select gen_random_uuid(), 1000 + n, 'Customer ' || n, 'customer ' || n, ${at} from generate_series(1, 640) as n`);
    await tx.run(
      sql`insert into accounts.bill_groups (id, account_id, name, created_at) select gen_random_uuid(), a.id, 'Main', ${at} from accounts.accounts a where a.number > 1000`,
    );
    await tx.run(sql`insert into portico.users (id, name, email, email_key, created_at)
      select gen_random_uuid(), 'Person ' || n, 'person' || n || '@people.example', 'person' || n || '@people.example', ${at} from generate_series(1, 600) as n`);
    await tx.run(sql`insert into accounts.members (id, account_id, user_id, created_at)
      select gen_random_uuid(), ${account.accountId}, u.id, ${at} from portico.users u where u.name like 'Person %'`);
  });
});
afterAll(() => portal.close());

const formOf = (fields: Record<string, string>, ids: readonly Id[] = []): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const id of ids) form.append('ids', id);
  return form;
};
const aLead = async (): Promise<Id> => ((await market.post({}))[0] as { id: Id }).id;
const assigneeOf = (leadId: Id) => staff.inTenant(async (tx) => (await readLead(tx, leadId)).assignee);
const problemsOf = (work: Promise<unknown>) =>
  work.then(
    () => ({}),
    (error: unknown) => (error instanceof InvalidInput ? error.fields : Promise.reject(error)),
  );
const requestOf = (leadId: Id) => ({ params: { leadId }, query: new URLSearchParams() });

it('a customer that the list has no room for is sold an order: by its name, by its number, by the only beginning', async () => {
  const { groups, moreCustomers } = await newOrder(staff);
  expect([groups.length, moreCustomers]).toEqual([100, 541]);
  expect(groups.map(({ label }) => label)).not.toContain('Customer 99 · Main');
  const order = (billGroupId: string) =>
    submitOrder(
      staff,
      formOf({ billGroupId, typeId: market.typeId, counts: 'leads', total: '5', price: '20.00', startsOn: '2020-01-01', acceptsReturns: 'on' }),
    );
  const customerOf = async (answer: { go?: string }) => {
    const id = answer.go!.split('/').at(-1)!;
    return (await staff.inTenant((tx) =>
      tx.row<{ name: string }>(sql`select a.name from leads.lead_orders o join accounts.accounts a on a.id = o.account_id where o.id = ${id}`),
    ))!.name;
  };
  for (const written of ['Customer 99', '#1099', 'customer 99 · main']) expect(await customerOf((await order(written)) as { go?: string })).toBe('Customer 99');
  expect(await problemsOf(order('Customer'))).toEqual({
    billGroupId: { key: 'leads.problem.several-customers', values: { names: expect.stringContaining('(#1001)') } },
  });
  expect(await problemsOf(order('Nobody of ours'))).toEqual({ billGroupId: { key: 'leads.problem.no-customer-named' } });
  expect(await problemsOf(order('Customer 99 · Second'))).toMatchObject({ billGroupId: { key: 'leads.problem.which-bill-group' } });
  await expect(order('')).rejects.toThrow('leads.problem.bill-group');
});

it('the form of a new order that is sent twice, also at once, creates one order; with another order in it it is refused', async () => {
  const { orderId } = await newOrder(staff);
  const count = async () => (await staff.inTenant((tx) => tx.row<{ count: number }>(sql`select count(*)::int as count from leads.lead_orders`)))!.count;
  const before = await count();
  const send = async (total: string) =>
    submitOrder(
      await market.business.ctxOf('owner', 'leads'),
      formOf({ orderId, billGroupId: 'Customer 98', typeId: market.typeId, counts: 'leads', total, price: '20.00', startsOn: '2020-01-01' }),
    );
  const answers = await Promise.all([send('5'), send('5'), send('5')]);
  expect(answers.map((answer) => answer.ok && answer.go)).toEqual(answers.map(() => `/console/leads/orders/${orderId}`));
  expect(await count()).toBe(before + 1);
  await expect(send('6')).rejects.toThrow(OrderFormUsed);
  expect((await newOrder(staff)).orderId).not.toBe(orderId);
});

it.each([
  ['other postal codes', { places: '971 SW1' }],
  ['no postal codes', { places: '' }],
  ['returns refused', { acceptsReturns: undefined }],
  ['another number', { total: '6' }],
  ['money instead of leads', { counts: 'money', total: '500.00' }],
  ['another price', { price: '21.00' }],
  ['another first day', { startsOn: '2020-01-02' }],
  ['a last day', { endsOn: '2030-01-01' }],
  ['another bill group', { billGroupId: 'Customer 97' }],
])('the form of a new order that is sent again with %s is refused, with the same terms written otherwise it is not', async (_, changed) => {
  const { orderId } = await newOrder(staff);
  const terms = { orderId, billGroupId: 'Customer 96', typeId: market.typeId, counts: 'leads', total: '5', price: '20.00', startsOn: '2020-01-01' };
  const send = async (fields: Readonly<Record<string, string | undefined>>) => {
    const written = Object.entries({ ...terms, places: '970, sw1', acceptsReturns: 'on', ...fields }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    return submitOrder(await market.business.ctxOf('owner', 'leads'), formOf(Object.fromEntries(written)));
  };
  const opened = { ok: true, go: `/console/leads/orders/${orderId}` };
  expect(await send({})).toMatchObject(opened);
  expect(await send({ places: 'SW1 970 970', price: '20' })).toMatchObject(opened);
  await expect(send(changed)).rejects.toThrow(OrderFormUsed);
});

it('a user that the list has no room for is given leads: by id, by e-mail address, by name, by the only beginning', async () => {
  await market.order(account, { daysAgo: 4_000 });
  const leadId = await aLead();
  const { assignable } = await leadPage(staff, requestOf(leadId));
  expect([assignable.choices.length, assignable.more]).toEqual([100, 501]);
  const last = (await staff.inTenant((tx) => tx.row<{ id: Id }>(sql`select m.id from accounts.member_v1 m where m.name = 'Person 99'`)))!;
  await assignLead(staff, leadId, { memberId: last.id });
  expect(await assigneeOf(leadId)).toBe('Person 99');
  const assign = (memberId: string) => submitLead(staff, formOf({ intent: 'assign', memberId }), requestOf(leadId));
  for (const [written, name] of [
    ['person98@people.example', 'Person 98'],
    ['Person 97 (person97@people.example)', 'Person 97'],
    ['person 96', 'Person 96'],
    ['admin of', 'Admin of Brightside'],
  ] as const) {
    await assign(written);
    expect(await assigneeOf(leadId)).toBe(name);
  }
  expect(await problemsOf(assign('Person'))).toMatchObject({ memberId: { key: 'leads.problem.several-named' } });
  expect(await problemsOf(assign('Nobody'))).toEqual({ memberId: { key: 'leads.problem.nobody-named' } });
  await assign('');
  expect(await assigneeOf(leadId)).toBeNull();

  const admin = await market.business.ctxOf(account.admin.userId, 'leads');
  await submitLeads(admin, formOf({ memberId: 'Person 95' }, [leadId]));
  expect(await assigneeOf(leadId)).toBe('Person 95');
});

it('the page of a user leads to a list with that user chosen, also one whom the choice has no room for; never to one who is disabled', async () => {
  const admin = await market.business.ctxOf(account.admin.userId, 'leads');
  const person = (name: string) =>
    market.owner.inTenant((tx) => tx.row<{ id: Id }>(sql`select m.id from accounts.members m join portico.users u on u.id = m.user_id where u.name = ${name}`));
  const [far, off] = [(await person('Person 99'))!.id, (await person('Person 98'))!.id];
  await market.owner.inTenant((tx) => tx.run(sql`update accounts.members set enabled = false where id = ${off}`));
  const chosen = (memberId: Id) => leadsPage(admin, { params: {}, query: new URLSearchParams({ assignTo: memberId }) });
  const { assignTo, assignable } = await chosen(far);
  expect(assignTo).toBe(far);
  expect(assignable.choices[0]).toMatchObject({ memberId: far, name: 'Person 99' });
  expect(assignable.choices).toHaveLength(101);
  expect((await chosen(off)).assignTo).toBeUndefined();
  expect((await leadsPage(admin, { params: {}, query: new URLSearchParams({ assignTo: 'somebody' }) })).assignTo).toBeUndefined();
  expect([(await leadsOfUser(admin, { memberId: far })).isAssignable, (await leadsOfUser(admin, { memberId: off })).isAssignable]).toEqual([true, false]);
  await market.owner.inTenant((tx) => tx.run(sql`update accounts.members set enabled = true where id = ${off}`));
});

it('an order that the list has no room for gets an unmatched lead: by its number', async () => {
  const typeId = await createLeadType(market.owner, { key: 'eaves', name: 'Eaves', lookBackDays: 30 });
  const leadId = ((await market.post({ type: 'eaves' }))[0] as { id: Id }).id;
  for (let count = 0; count < 150; count += 1) await market.order(account, { typeId, leads: 3, daysAgo: 200 - count });
  const { orders } = await leadPage(staff, requestOf(leadId));
  expect([orders!.choices.length, orders!.more]).toEqual([100, 50]);
  const newest = (await staff.inTenant((tx) =>
    tx.row<{ number: number }>(sql`select max(number) as number from leads.lead_orders where lead_type_id = ${typeId}`),
  ))!.number;
  expect(orders!.choices.map(({ number }) => number)).not.toContain(newest);
  const give = (orderId: string) => submitLead(staff, formOf({ intent: 'order', orderId }), requestOf(leadId));
  expect(await problemsOf(give('999999'))).toEqual({ orderId: { key: 'leads.problem.order' } });
  await give(`Order ${newest} · Brightside · 3 left`);
  expect((await leadPage(staff, requestOf(leadId))).lead.orderNumber).toBe(newest);
});
