import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, payByCard, payWhole, recordTransfer, voidIt } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
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
  business = await portal.business('races');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_races', secretKey: 'sk_test_races' });
  owner = await actingAsOwner(business);
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});
const stripe = new Stripe('sk_test_races', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
const card = () => typeCard(sandbox, 'pk_test_races', CARDS.good);
/** `npm run gate:money` asks for 200. */
const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 5);

describe('a balance that is paid whole', () => {
  it('is not charged when another invoice was sent meanwhile: the new sum is told (S8, requirements 3.13)', async () => {
    const customer = await aCustomer(business, 'Whole Balance');
    const first = await anIssuedInvoice(owner, customer, 10_000);
    await anIssuedInvoice(owner, customer, 2_500);
    await expect(payWhole(owner, [first], await card())).rejects.toMatchObject({ code: 'billing.amount-changed', values: { total: '$125.00' } });
    expect((await stripe.charges.list({ limit: 100 })).data).toEqual([]);
  });
});

describe('one invoice, everybody at once', () => {
  it(`is settled by one of them: two tabs, a transfer and a void in the same moment, ${ROUNDS} rounds (M9)`, { timeout: 60_000 + ROUNDS * 5_000 }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const customer = await aCustomer(business, `Race ${round}`);
      const invoice = await anIssuedInvoice(owner, customer, 9_000 + round);
      const [one, two] = [await card(), await card()];
      const own = () => actingAsOwner(business);
      await Promise.allSettled([
        own().then((ctx) => payByCard(ctx, [invoice], one)),
        own().then((ctx) => payByCard(ctx, [invoice], two)),
        own().then((ctx) => recordTransfer(ctx, customer, invoice)),
        own().then((ctx) => voidIt(ctx, invoice)),
      ]);
      const charged = (await stripe.charges.list({ limit: 100 })).data.filter(
        ({ amount, status }) => amount === 9_000 + round && status === 'succeeded',
      ).length;
      const row = await owner.inTenant((tx) =>
        tx.row<{ state: string; paid: number; card: number; sum: number }>(sql`select i.state, i.paid_minor as paid,
            (select count(*)::int from billing.ledger_transfers t where t.invoice_id = i.id and t.debit = 'card') as card,
            (select sum(case when t.debit = 'receivable' then t.amount_minor else -t.amount_minor end)::bigint from billing.ledger_transfers t
              where t.invoice_id = i.id and 'receivable' in (t.debit, t.credit)) as sum
          from billing.invoices i where i.id = ${invoice.invoiceId}`),
      );
      expect(charged, `round ${round}`).toBeLessThanOrEqual(1);
      expect(row!.card).toBe(charged);
      expect(['paid', 'void']).toContain(row!.state);
      expect(row!.sum, 'nothing is owed, and nothing was paid twice').toBe(0);
    }
  });
});
