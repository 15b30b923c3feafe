import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, compareBooks, listPayments, payByCard, recordTransferOf, refund } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeWebhook } from '../webhook/take-webhook.ts';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

let business: TestBusiness;
let owner: Ctx;
let customer: TestCustomer;
beforeAll(async () => {
  business = await portal.business('refunds');
  await business
    .systemCtx('core')
    .use(coreKey)
    .saveSettings('stripe', { publishableKey: 'pk_test_refunds', secretKey: 'sk_test_refunds', webhookSecret: SECRET });
  owner = await actingAsOwner(business);
  customer = await aCustomer(business, 'Harbor Roofing');
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});
const stripe = new Stripe('sk_test_refunds', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });

const SECRET = 'whsec_refunds';

async function aPayment(minor: number, card: string = CARDS.good): Promise<string> {
  const invoice = await anIssuedInvoice(owner, customer, minor);
  await payByCard(owner, [invoice], await typeCard(sandbox, 'pk_test_refunds', card));
  const payment = await owner.inTenant((tx) =>
    tx.row<{ id: string }>(sql`select payment_id as id from billing.payment_allocations where invoice_id = ${invoice.invoiceId}`),
  );
  return payment!.id;
}
const balanceOf = async (): Promise<number> =>
  (await owner.inTenant((tx) =>
    tx.row<{
      sum: number;
    }>(sql`select coalesce(sum(case when debit = 'card' then amount_minor else 0 end - case when credit = 'card' then amount_minor else 0 end), 0)::bigint as sum
      from billing.ledger_transfers`),
  ))!.sum;
const atGateway = async (): Promise<number> =>
  (await stripe.charges.list({ limit: 100 })).data
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, charge) => sum + charge.amount - charge.amount_refunded, 0);

describe('money that goes back', () => {
  it('goes back in part, with a credit note, and the books agree with the gateway (requirements 3.6)', async () => {
    const paymentId = await aPayment(20_000);
    expect(await refund(owner, paymentId, 5_000)).toEqual({ state: 'succeeded' });
    expect(await balanceOf()).toBe(await atGateway());
    const note = await owner.inTenant((tx) => tx.row(sql`select number, amount_minor from billing.credit_notes order by number desc limit 1`));
    expect(note).toEqual({ number: 1, amount_minor: 5_000 });
  });

  it('never goes back beyond what came in, also when fifty ask for it at once (M10)', async () => {
    const paymentId = await aPayment(10_000);
    const asked = await Promise.allSettled(Array.from({ length: 50 }, async () => refund(await actingAsOwner(business), paymentId, 900)));
    expect(asked.filter((one) => one.status === 'fulfilled')).toHaveLength(11);
    expect(asked.filter((one) => one.status === 'rejected').every((one) => (one.reason as { code: string }).code === 'billing.refund-too-large')).toBe(true);
    expect(await balanceOf()).toBe(await atGateway());
  });

  it('lowers what is the customer’s credit first, then each invoice, never by more than was paid of it (requirements 3.6, 3.13)', async () => {
    const [first, second] = [await anIssuedInvoice(owner, customer, 6_000), await anIssuedInvoice(owner, customer, 5_000)];
    const paymentId = await recordTransferOf(owner, customer, { amount: 15_000, currency: 'USD' }, [first, second]);
    const notes = async () =>
      owner.inTenant((tx) =>
        tx.rows(sql`select i.total_minor as of, sum(c.amount_minor)::int as taken from billing.credit_notes c join billing.invoices i on i.id = c.invoice_id
          where c.invoice_id in (${first.invoiceId}, ${second.invoiceId}) group by i.id, i.total_minor order by i.total_minor desc`),
      );
    const credit = async () =>
      (await owner.inTenant((tx) =>
        tx.row<{ sum: number }>(sql`select sum(case when credit = 'credit' then amount_minor else -amount_minor end)::int as sum
        from billing.ledger_transfers where 'credit' in (credit, debit)
          and (source_id = ${paymentId} or source_id in (select id from billing.refunds where payment_id = ${paymentId}))`),
      ))!.sum;
    await refund(owner, paymentId, 3_000);
    expect([await notes(), await credit()]).toEqual([[], 1_000]);
    await refund(owner, paymentId, 8_000);
    expect([await notes(), await credit()]).toEqual([
      [
        { of: 6_000, taken: 6_000 },
        { of: 5_000, taken: 1_000 },
      ],
      0,
    ]);
    await refund(owner, paymentId, 4_000);
    expect(await notes()).toEqual([
      { of: 6_000, taken: 6_000 },
      { of: 5_000, taken: 5_000 },
    ]);
    await expect(refund(owner, paymentId, 1)).rejects.toMatchObject({ code: 'billing.refund-too-large' });
  });

  it('goes back once, however often the form is sent', async () => {
    const paymentId = await aPayment(7_000);
    const before = await atGateway();
    const formId = owner.newId();
    await Promise.all([1, 2, 3].map(async () => refund(await actingAsOwner(business), paymentId, 1_000, formId)));
    expect(before - (await atGateway())).toBe(1_000);
    expect(await balanceOf()).toBe(await atGateway());
  });
});

describe('money that takes its time to go back', () => {
  const money = (amount: number) => ({ amount, currency: 'USD' });
  /** How the customer sees the payment. */
  const seen = async (paymentId: string) => {
    const theirs = await business.ctxOf(customer.admin.userId, 'billing');
    const { refunded, onItsWayBack, didNotGoBack } = (await theirs.inTenant((tx) => listPayments(tx, { limit: 100, sort: '-received' }))).data.find(
      ({ id }) => id === paymentId,
    )!;
    return { refunded, onItsWayBack, didNotGoBack };
  };
  const settle = async (outcome: 'succeed' | 'fail'): Promise<void> => {
    const [newest] = (await stripe.refunds.list({ limit: 1 })).data;
    expect(newest!.status).toBe('pending');
    await sandbox.tell('POST', '/control/settle', { account: 'refunds', id: newest!.id, outcome });
  };
  /** The newest event of a kind comes as a webhook. */
  const hear = async (type: string): Promise<void> => {
    const payload = JSON.stringify((await stripe.events.list({ type, limit: 1 })).data[0]);
    const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
    await takeWebhook(business.systemCtx('stripe'), Buffer.from(payload), signature);
    await business.settleEvents();
  };
  const askedAgain = async (after: string): Promise<void> => {
    await business.advance(after);
    await business.settleProcesses();
    owner = await actingAsOwner(business);
  };
  /** No answer comes, however often the call is made. */
  const unheard = async (at: 'before-commit' | 'after-commit', work: () => Promise<unknown>): Promise<void> => {
    const match = { account: 'refunds', method: 'POST', path: '/v1/refunds' };
    await sandbox.tell('POST', '/control/faults', { match, at, do: 'drop', times: 10 });
    expect(await work()).toEqual({ state: 'pending' });
    await sandbox.tell('DELETE', '/control/faults');
  };
  const agree = async () => {
    expect(await balanceOf()).toBe(await atGateway());
    expect(await compareBooks(await actingAsOwner(business))).toMatchObject({ data: [], differs: 0 });
  };

  it('is on its way until the bank has it; then the books say so and the customer sees it, though nobody told us (requirements 3.6)', async () => {
    const paymentId = await aPayment(9_000, CARDS.refundWaits);
    const before = await balanceOf();
    expect(await refund(owner, paymentId, 4_000)).toEqual({ state: 'pending' });
    await askedAgain('PT3M');
    expect(await seen(paymentId)).toEqual({ refunded: money(4_000), onItsWayBack: money(4_000), didNotGoBack: money(0) });
    expect(await balanceOf()).toBe(before);
    await settle('succeed');
    await askedAgain('PT2H');
    expect(await seen(paymentId)).toEqual({ refunded: money(4_000), onItsWayBack: money(0), didNotGoBack: money(0) });
    expect(before - (await balanceOf())).toBe(4_000);
    await agree();
  });

  it('that does not arrive is the business’s again, the customer reads it, and it can be sent once more', async () => {
    const paymentId = await aPayment(9_000, CARDS.refundWaits);
    const before = await balanceOf();
    await refund(owner, paymentId, 9_000);
    await settle('fail');
    await askedAgain('P2D');
    expect(await seen(paymentId)).toEqual({ refunded: money(0), onItsWayBack: money(0), didNotGoBack: money(9_000) });
    expect(await balanceOf()).toBe(before);
    await agree();
    expect(await refund(owner, paymentId, 9_000)).toEqual({ state: 'pending' });
    await settle('succeed');
    await askedAgain('PT2H');
    expect(before - (await balanceOf())).toBe(9_000);
    await agree();
  });

  it('that had arrived and comes back from the bank is the customer’s credit, the books agree, and it can be sent once more', async () => {
    const paymentId = await aPayment(6_000, CARDS.refundFails);
    const before = await balanceOf();
    expect(await refund(owner, paymentId, 2_500)).toEqual({ state: 'succeeded' });
    const [made] = (await stripe.refunds.list({ limit: 1 })).data;
    await sandbox.tell('POST', '/control/settle', { account: 'refunds', id: made!.id, outcome: 'fail' });
    await hear('refund.updated');
    expect(await seen(paymentId)).toMatchObject({ refunded: money(0), didNotGoBack: money(2_500) });
    expect(await balanceOf()).toBe(before);
    await agree();
    const credit = () =>
      owner.inTenant((tx) =>
        tx.row(sql`select sum(case when t.credit = 'credit' then t.amount_minor else -t.amount_minor end)::int as left
      from billing.ledger_transfers t join billing.refunds r on r.id = t.source_id where r.payment_id = ${paymentId} and 'credit' in (t.credit, t.debit)`),
      );
    expect(await credit()).toEqual({ left: 2_500 });
    expect(await refund(owner, paymentId, 2_500)).toEqual({ state: 'succeeded' });
    expect(await credit()).toEqual({ left: 0 });
    await agree();
  });

  it('is settled at once when the gateway tells of it, however often', async () => {
    const paymentId = await aPayment(3_000, CARDS.refundWaits);
    const before = await balanceOf();
    await refund(owner, paymentId, 3_000);
    await settle('succeed');
    for (let time = 0; time < 3; time += 1) await hear('refund.updated');
    expect(before - (await balanceOf())).toBe(3_000);
    await agree();
  });

  it('goes back once although the answer was lost: what the gateway has is found, and never sent again', async () => {
    const paymentId = await aPayment(8_000);
    const before = await balanceOf();
    await unheard('after-commit', () => refund(owner, paymentId, 2_500));
    expect(await seen(paymentId)).toMatchObject({ onItsWayBack: money(2_500) });
    // days later the key is forgotten
    await sandbox.tell('POST', '/control/clock', { account: 'refunds', advance: 2 * 86_400 });
    await askedAgain('PT3M');
    expect(await seen(paymentId)).toMatchObject({ refunded: money(2_500), onItsWayBack: money(0) });
    expect(before - (await balanceOf())).toBe(2_500);
    await agree();
  });

  it('that the gateway never heard of is sent when somebody looks again', async () => {
    const paymentId = await aPayment(8_000);
    const before = await balanceOf();
    await unheard('before-commit', () => refund(owner, paymentId, 1_500));
    await askedAgain('PT3M');
    expect(before - (await balanceOf())).toBe(1_500);
    await agree();
  });
});
