import { rawSql, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { sendInvoice } from '../invoice/send-invoice.ts';
import { voidInvoice } from '../invoice/void-invoice.ts';
import { WriteInvoice, writeInvoice } from '../invoice/write-invoice.ts';
import { balancesOf, payableInvoices } from '../ledger/balance.queries.ts';
import { readStatement } from '../ledger/statement.queries.ts';
import { actingAsOwner } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let owner: Ctx;
let customer: TestCustomer;
beforeAll(async () => {
  const business = await portal.business('unsent');
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
});

const draft = () => {
  const { accountId, billGroupId } = customer;
  const lines = [{ description: 'Work', quantity: 1, price: { amount: 6_600, currency: 'USD' } }];
  return writeInvoice(owner, WriteInvoice.parse({ accountId, billGroupId, lines }));
};
const numberOf = (id: string) => owner.inTenant((tx) => tx.row<{ number: number | null }>(sql`select number from billing.invoices where id = ${id}`));

describe('an invoice that is issued and not Sent', () => {
  it('is 0.00 to the customer and the full sum in staff’s ledger; Sent, it counts in the same moment (requirements 3.5; R-2.10 to R-2.13)', async () => {
    const id = await draft();
    await issueInvoice(owner, id, { send: false });
    const owed = () =>
      owner.inTenant(async (tx) => ({ balances: await balancesOf(tx, customer.accountId), payable: (await payableInvoices(tx, customer.accountId)).length }));
    expect(await owed()).toEqual({ balances: [], payable: 0 });
    const span = { from: '2020-01-01', to: '2999-12-31', currency: 'USD' };
    expect((await owner.inTenant((tx) => readStatement(tx, customer.accountId, span))).closing.amount).toBe(6_600);
    await sendInvoice(owner, id);
    expect((await owed()).balances[0]?.owed.amount).toBe(6_600);
  });

  it('has its number from the moment of issue, and none before: drafts leave no gaps (requirements 3.5)', async () => {
    const first = await draft();
    await issueInvoice(owner, first, { send: true });
    const [thrownAway, second] = [await draft(), await draft()];
    expect((await numberOf(thrownAway))?.number).toBeNull();
    await voidInvoice(owner, thrownAway, '');
    await issueInvoice(owner, second, { send: true });
    expect((await numberOf(second))!.number).toBe((await numberOf(first))!.number! + 1);
  });

  it('is not rewritten, whoever tries: the database refuses it', async () => {
    const id = await draft();
    await issueInvoice(owner, id, { send: true });
    const printed = {
      ...{ number: sql`number + 1`, account_id: sql`${id}::uuid`, bill_group_id: sql`${id}::uuid`, subscription_id: sql`${id}::uuid`, currency: sql`'EUR'` },
      ...{ issued_at: sql`issued_at + interval '1 second'`, issued_on: sql`issued_on + 1`, due_on: sql`due_on + 1`, due_at: sql`due_at + interval '1 day'` },
      ...{ lines: sql`'[]'`, seller: sql`'{}'`, buyer: sql`'{"name": "Another"}'`, note: sql`'another'`, total_minor: sql`1` },
    };
    for (const [column, value] of Object.entries(printed))
      await expect(
        owner.inTenant((tx) => tx.run(sql`update billing.invoices set ${rawSql(column)} = ${value} where id = ${id}`)),
        column,
      ).rejects.toMatchObject({ code: '42501' });
    const gone = sql`delete from billing.invoices where id = ${id}`;
    await expect(owner.inTenant((tx) => tx.run(gone))).rejects.toMatchObject({ code: '42501' });
    for (const change of [
      sql`update billing.ledger_transfers set amount_minor = 1 where invoice_id = ${id}`,
      sql`delete from billing.ledger_transfers where invoice_id = ${id}`,
    ])
      await expect(owner.inTenant((tx) => tx.run(change))).rejects.toMatchObject({ code: '42501' });
  });
});
