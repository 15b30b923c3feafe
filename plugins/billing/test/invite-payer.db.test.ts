import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actingAsOwner, anActiveSubscription, anIssuedInvoice, recordTransfer } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());

let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('alpha');
  await business.settleEvents();
  owner = await actingAsOwner(business);
});

const settle = async () => {
  await business.settleEvents();
  await business.settleProcesses();
};
const mailsTo = async ({ admin }: TestCustomer) =>
  (await business.mails()).filter(({ template, user_id }) => template.startsWith('invitation') && user_id === admin.userId).map(({ template }) => template);

describe('a customer who pays for the first time', () => {
  it('is invited, by transfer as by card; an invoice alone invites nobody (R-0.1, R-0.2)', async () => {
    const customer = await aCustomer(business);
    const invoice = await anIssuedInvoice(owner, customer, 9_900);
    await settle();
    expect(await mailsTo(customer)).toEqual([]);
    await recordTransfer(owner, customer, invoice);
    await settle();
    expect(await mailsTo(customer)).toEqual(['invitation']);
  });

  it('for two plans in one moment, and for a second plan later, is invited once (R-0.3)', async () => {
    const customer = await aCustomer(business);
    await anActiveSubscription(owner, customer, { amount: 9_900 });
    await anActiveSubscription(owner, customer, { amount: 4_900 });
    await settle();
    await anActiveSubscription(owner, customer, { amount: 1_900 });
    await settle();
    expect(await mailsTo(customer)).toEqual(['invitation']);
  });

  it('told twice by the relay, is invited once', async () => {
    const customer = await aCustomer(business);
    await recordTransfer(owner, customer, await anIssuedInvoice(owner, customer, 9_900));
    await settle();
    const again = await owner.inTenant(async (tx) => {
      const told = await tx.rows<{ id: string }>(sql`update portico.event_deliveries set state = 'waiting', tries = 0
        where point = 'billing.payment-received' and subject = ${customer.accountId} returning id`);
      for (const { id } of told)
        await tx.run(sql`insert into portico.due_work (id, kind, ref_id, not_before) values (${tx.ctx.newId()}, 'event', ${id}, '2020-01-01')`);
      return told.length;
    });
    await settle();
    expect([again, await mailsTo(customer)]).toEqual([1, ['invitation']]);
  });

  it('and let the invitation expire is not invited by a later payment (R-0.3)', async () => {
    const customer = await aCustomer(business);
    await recordTransfer(owner, customer, await anIssuedInvoice(owner, customer, 9_900));
    await settle();
    await business.advance('P15D');
    await settle();
    const until = await mailsTo(customer);
    await recordTransfer(await actingAsOwner(business), customer, await anIssuedInvoice(await actingAsOwner(business), customer, 9_900));
    await settle();
    expect([until, await mailsTo(customer)]).toEqual([
      ['invitation', 'invitation-reminder'],
      ['invitation', 'invitation-reminder'],
    ]);
  });

  it('and whose account admin has signed in before gets none', async () => {
    const customer = await aCustomer(business);
    await portal.core.identity.openSession(business.tenant, customer.admin.userId, 'test');
    await anActiveSubscription(owner, customer, { amount: 9_900 });
    await settle();
    expect(await mailsTo(customer)).toEqual([]);
  });
});
