import { core as coreKey, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, payByCard } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('first');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_first', secretKey: 'sk_test_first' });
  owner = await actingAsOwner(business);
});

const card = (number: string) => typeCard(sandbox, 'pk_test_first', number);
async function invitationsOf({ admin }: TestCustomer): Promise<number> {
  await business.settleEvents();
  await business.settleProcesses();
  return (await business.mails()).filter(({ template, user_id }) => template === 'invitation' && user_id === admin.userId).length;
}

describe('a first payment by card', () => {
  it('that is declined invites nobody, however long nothing else comes; the one that succeeds does (R-0.1, R-0.2)', async () => {
    const customer = await aCustomer(business);
    const invoice = await anIssuedInvoice(owner, customer, 9_900);
    for (const number of [CARDS.declined, CARDS.insufficient]) expect((await payByCard(owner, [invoice], await card(number))).kind).toBe('declined');
    await business.advance('P30D');
    expect(await invitationsOf(customer)).toBe(0);
    expect(await payByCard(owner, [invoice], await card(CARDS.good))).toEqual({ kind: 'paid' });
    expect(await invitationsOf(customer)).toBe(1);
  });

  it('that waits for the bank invites nobody before the bank has said yes (R-0.2)', async () => {
    const customer = await aCustomer(business);
    expect((await payByCard(owner, [await anIssuedInvoice(owner, customer, 9_900)], await card(CARDS.asksAlways))).kind).toBe('confirm');
    expect(await invitationsOf(customer)).toBe(0);
  });
});
