import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anActiveSubscription, anIssuedInvoice, letAutoPay, payAndAgree, payByCard } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, setUpCard, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

let businesses = 0;
async function aBusiness(): Promise<{ business: TestBusiness; owner: Ctx; name: string; enterKey: (secretKey: string | null) => Promise<void> }> {
  const name = `silent${(businesses += 1)}`;
  const business = await portal.business(name);
  const settings = business.systemCtx('core').use(coreKey);
  const enterKey = async (secretKey: string | null): Promise<void> =>
    void (await settings.saveSettings('stripe', { publishableKey: `pk_test_${name}`, secretKey }));
  await enterKey(`sk_test_${name}`);
  return { business, owner: await actingAsOwner(business), name, enterKey };
}
const statesOf = (owner: Ctx) =>
  owner.inTenant(async (tx) => (await tx.rows<{ state: string }>(sql`select state from billing.invoices order by number`)).map(({ state }) => state));

describe('a gateway that does not answer', () => {
  it('is told in words when a card is read; a payment that came in stands, and its card is kept and charged from now on as soon as it answers', async () => {
    const { business, owner, name } = await aBusiness();
    const payer = await aCustomer(business, 'Agrees');
    const theirs = await business.ctxOf(payer.admin.userId, 'billing');
    const invoice = await anIssuedInvoice(owner, payer, 4_400);
    const method = await typeCard(sandbox, `pk_test_${name}`, CARDS.good);
    const reads = { account: name, method: 'GET', path: `/v1/payment_methods/${method}` };
    const confirms = { account: name, method: 'POST', path: '/v1/payment_intents' };
    const silent = () => sandbox.tell('POST', '/control/faults', { match: reads, at: 'before-commit', do: 'drop', times: 10 });
    await silent();
    await expect(payAndAgree(theirs, invoice, method)).rejects.toMatchObject({ code: 'stripe.unreachable', status: 503 });
    await sandbox.tell('DELETE', '/control/faults');
    // held at the charge, so that the card was read before and is asked for again afterwards
    await sandbox.tell('POST', '/control/faults', { match: confirms, at: 'before-commit', do: 'hold', times: 1 });
    const paying = payAndAgree(await business.ctxOf(payer.admin.userId, 'billing'), invoice, method);
    await expect
      .poll(async () => (await sandbox.tell<unknown[]>('GET', '/control/requests?path=/v1/payment_intents')).length, { timeout: 10_000 })
      .toBeGreaterThan(0);
    await silent();
    await sandbox.tell('POST', '/control/release');
    expect(await paying).toEqual({ kind: 'paid' });
    const terms = () =>
      owner.inTenant((tx) =>
        tx.row(sql`select t.auto_pay, m.last_four from billing.bill_group_terms t join billing.payment_methods m on m.id = t.default_method_id
          where t.bill_group_id = ${payer.billGroupId}`),
      );
    expect(await terms()).toBeUndefined();
    await sandbox.tell('DELETE', '/control/faults');
    await business.settleEvents();
    expect(await terms()).toEqual({ auto_pay: true, last_four: '4242' });
  });
});

describe('a key that Stripe does not take any more', () => {
  it.each([
    ['withdrawn', 'rk_test_withdrawn'],
    ['taken away', null],
  ])('%s: charges nobody and keeps nobody waiting, every renewal is invoiced, and nothing is unknown that was never sent', async (_, key) => {
    const { business, owner, name, enterKey } = await aBusiness();
    const [byCard, byHand] = [await aCustomer(business, 'By Card'), await aCustomer(business, 'By Hand')];
    await anActiveSubscription(owner, byCard, { amount: 5_500 });
    await anActiveSubscription(owner, byHand, { amount: 6_600 });
    await letAutoPay(owner, byCard, (secret) => setUpCard(sandbox, `pk_test_${name}`, CARDS.good, secret));
    await enterKey(key);
    await business.advance('P32D');
    await business.settleProcesses();
    const now = await actingAsOwner(business);
    expect(await statesOf(now)).toEqual(['paid', 'paid', 'issued', 'issued']);
    const open = await now.inTenant((tx) => tx.rows(sql`select id from billing.renewal_batches where finished_at is null`));
    expect(open).toEqual([]);
    expect(await now.inTenant((tx) => tx.rows(sql`select state from billing.payment_attempts`))).toEqual([{ state: 'called-off' }]);
    await enterKey(`sk_test_${name}`);
    await business.advance('P1D');
    await business.settleProcesses();
    const states = await statesOf(await actingAsOwner(business));
    expect(states.filter((state) => state === 'paid')).toHaveLength(3);
  });

  it('says so to whoever pays, and nothing is under way afterwards', async () => {
    const { business, owner, name, enterKey } = await aBusiness();
    const customer = await aCustomer(business, 'Pays Now');
    const invoice = await anIssuedInvoice(owner, customer, 3_300);
    const method = await typeCard(sandbox, `pk_test_${name}`, CARDS.good);
    await enterKey('rk_test_withdrawn');
    await expect(payByCard(await actingAsOwner(business), [invoice], method)).rejects.toMatchObject({ code: 'stripe.not-connected' });
    expect(await owner.inTenant((tx) => tx.rows(sql`select id from billing.payment_attempts where is_live`))).toEqual([]);
    await enterKey(`sk_test_${name}`);
    expect(await payByCard(await actingAsOwner(business), [invoice], method)).toEqual({ kind: 'paid' });
  });
});
