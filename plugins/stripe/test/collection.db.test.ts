import { performStep } from '@portico/core';
import { core, sql } from '@portico/kit/server';
import { actingAsOwner, addTestCard, followCollection, payByCard, recordTransfer, switchTestAutoPay, voidIt } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCollectingBusiness, type CollectingBusiness } from './collection-business.ts';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

let businesses = 0;
/** A business of its own for each test, as its clock only moves forward; its plan has come to be renewed with a card like this one. */
async function renewedWith(like: string, settings: Readonly<Record<string, string>> = {}): Promise<CollectingBusiness> {
  const here = await aCollectingBusiness({ portal, sandbox }, `collect${(businesses += 1)}`, settings);
  await here.treatLike(like);
  await here.business.advance('P32D');
  await here.business.settleProcesses();
  return here;
}
const pass = async ({ business }: CollectingBusiness, duration: string): Promise<void> => {
  await business.advance(duration);
  await business.settleProcesses();
};
const mailsOf = async ({ business }: CollectingBusiness) =>
  (await business.mails()).filter(({ template }) => !['receipt', 'invoice-ready', 'pay-link'].includes(template) && template !== 'welcome');
const timelineOf = async (here: CollectingBusiness) => (await followCollection(await actingAsOwner(here.business), (await here.latest()).id))!.timeline;
const statuses = async (here: CollectingBusiness) => (await here.charges()).map(({ status }) => status);
const usd = (amount: number) => ({ amount, currency: 'USD' });

describe('a card without funds', () => {
  it('is charged again after 2, 7, 14 and 21 days, told each time in plain words, and the plan is paused at the end; each step as it was planned (S4, requirements 3.4)', async () => {
    const here = await renewedWith(CARDS.insufficient, { lastRule: 'pause' });
    expect(await here.latest()).toMatchObject({ state: 'issued', collection: 'declined', failures: 1, subscription: 'active' });
    const shown = await timelineOf(here);
    expect(shown.past.map(({ key }) => key)).toEqual(['tell-customer']);
    expect(shown.planned.map(({ key }) => key)).toEqual([
      ...['retry-charge', 'tell-customer', 'retry-charge', 'tell-customer', 'retry-charge', 'tell-customer', 'retry-charge'],
      ...['pause-subscription', 'tell-end'],
    ]);
    const [first] = await mailsOf(here);
    expect(first!.template).toBe('payment-failed');
    expect(first!.data).toMatchObject({ amount: '$199.00', because: expect.stringMatching(/not enough funds/) as unknown });
    expect(String(first!.data['next'])).toMatch(/We try the card again on .*your plan is paused/);
    for (const days of [2, 5, 7, 7]) {
      await pass(here, `P${days}D`);
      await pass(here, 'PT1M');
    }
    expect(await statuses(here)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed']);
    expect((await timelineOf(here)).past.map(({ key }) => key)).toEqual(['tell-customer', ...shown.planned.map(({ key }) => key)]);
    expect(await here.latest()).toMatchObject({ state: 'issued', ended: 'given-up', subscription: 'paused' });
    expect((await mailsOf(here)).map(({ template }) => template)).toEqual([
      ...['payment-failed', 'payment-failed', 'payment-failed', 'payment-failed', 'payment-given-up'],
    ]);
  });

  it('pays on the day that it has funds again: the collection is over, and nothing more is planned', async () => {
    const here = await renewedWith(CARDS.insufficient);
    await here.treatLike(CARDS.good);
    await pass(here, 'P2D');
    await pass(here, 'PT1M');
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect(await timelineOf(here)).toMatchObject({ state: 'ended', outcome: 'paid', planned: [] });
    await pass(here, 'P25D');
    expect(await statuses(here)).toEqual(['failed', 'succeeded']);
  });

  it('is charged once for the days that were missed while nobody worked', async () => {
    const here = await renewedWith(CARDS.insufficient);
    await pass(here, 'P15D');
    expect(await statuses(here)).toEqual(['failed', 'failed']);
    expect((await timelineOf(here)).planned.map(({ key }) => key)).toEqual(['retry-charge', 'keep-unpaid', 'tell-end']);
  });

  it('is charged once although two workers take the same step, and one of them again when all is over', async () => {
    const here = await renewedWith(CARDS.insufficient);
    await here.business.advance('P2DT1M');
    const [row] = await here.owner.inTenant((tx) =>
      tx.rows<{ id: string }>(sql`select id from portico.processes where kind = 'billing.collection' and ended_at is null`),
    );
    await Promise.all([1, 2, 3].map(() => performStep(here.business.systemCtx('core'), row!.id, 'retry-charge')));
    await performStep(here.business.systemCtx('core'), row!.id, 'retry-charge');
    expect(await statuses(here)).toEqual(['failed', 'failed']);
    expect(await here.latest()).toMatchObject({ failures: 2 });
  });
});

describe('a card that is of no more use', () => {
  it.each([
    ['lost', CARDS.lost],
    ['expired', CARDS.expired],
  ])('is never charged again when it is %s: the mail asks for another card, a reminder too, then the rule', async (_, number) => {
    const here = await renewedWith(number);
    expect(await here.latest()).toMatchObject({ collection: 'hard-declined' });
    expect((await timelineOf(here)).planned.map(({ key }) => key)).toEqual(['remind-customer', 'keep-unpaid', 'tell-end']);
    const [first] = await mailsOf(here);
    expect(first!.template).toBe('card-refused');
    expect(String(first!.data['next'])).toMatch(/Give us another card/);
    await pass(here, 'P19D');
    await pass(here, 'P3D');
    expect((await mailsOf(here)).map(({ template }) => template)).toEqual(['card-refused', 'payment-reminder', 'payment-given-up']);
    expect(await statuses(here)).toEqual(['failed']);
    expect(await here.latest()).toMatchObject({ state: 'issued', ended: 'given-up', subscription: 'active' });
  });
});

describe('a card whose bank wants its owner to confirm', () => {
  it('is not charged without them: the mail asks them to come, and they pay by themselves', async () => {
    const here = await renewedWith(CARDS.asksAlways);
    const invoice = await here.latest();
    expect(invoice).toMatchObject({ collection: 'needs-customer' });
    await pass(here, 'P10D');
    expect((await mailsOf(here)).map(({ template }) => template)).toEqual(['payment-needs-you']);
    expect((await statuses(here)).filter((status) => status === 'succeeded')).toEqual([]);
    const ctx = await actingAsOwner(here.business);
    const typed = await typeCard(sandbox, `pk_test_${here.business.tenant.slug}`, CARDS.good);
    expect(await payByCard(ctx, [{ invoiceId: invoice.id, amount: usd(19_900) }], typed)).toEqual({ kind: 'paid' });
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
  });
});

describe('a new card', () => {
  it('is charged at once, and once, however often it is chosen (requirements 3.4)', async () => {
    const here = await renewedWith(CARDS.lost);
    const ctx = await actingAsOwner(here.business);
    const card = await addTestCard(ctx, here.customer, here.cardOf(CARDS.declinesLater));
    await here.business.settleProcesses();
    expect(await statuses(here)).toEqual(['failed', 'failed']);
    expect(await here.latest()).toMatchObject({ collection: 'declined', failures: 2 });
    await card.makeDefault(await actingAsOwner(here.business), 'first');
    await here.business.settleProcesses();
    await card.makeDefault(await actingAsOwner(here.business), 'new');
    await here.business.settleProcesses();
    expect(await statuses(here), 'each card was tried').toEqual(['failed', 'failed']);
    await addTestCard(await actingAsOwner(here.business), here.customer, here.cardOf(CARDS.good));
    await here.business.settleProcesses();
    expect(await statuses(here)).toEqual(['failed', 'failed', 'succeeded']);
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect((await timelineOf(here)).past.map(({ key }) => key)).toEqual(['tell-customer', 'charge-new-card', 'tell-customer', 'charge-new-card']);
  });

  it('is not charged while auto-pay is off, and nothing is planned; switched on, it is', async () => {
    const here = await renewedWith(CARDS.insufficient);
    await switchTestAutoPay(await actingAsOwner(here.business), here.customer, false);
    expect((await timelineOf(here)).planned.map(({ key }) => key)).toEqual(['remind-customer', 'keep-unpaid', 'tell-end']);
    await pass(here, 'P3D');
    expect(await statuses(here)).toEqual(['failed']);
    await here.treatLike(CARDS.good);
    await switchTestAutoPay(await actingAsOwner(here.business), here.customer, true);
    await here.business.settleProcesses();
    expect(await statuses(here)).toEqual(['failed', 'succeeded']);
  });
});

describe('a payment that the bank looks at', () => {
  it('processing: the invoice says so and takes no second payment; the gateway is asked until it knows', async () => {
    const here = await renewedWith(CARDS.staysProcessing);
    const invoice = await here.latest();
    expect(invoice).toMatchObject({ state: 'issued', collection: 'processing', failures: 0 });
    const ctx = await actingAsOwner(here.business);
    const typed = await typeCard(sandbox, `pk_test_${here.business.tenant.slug}`, CARDS.good);
    await expect(payByCard(ctx, [{ invoiceId: invoice.id, amount: usd(19_900) }], typed)).rejects.toMatchObject({ code: 'billing.payment-under-way' });
    await pass(here, 'PT2H');
    await pass(here, 'PT2H');
    const { past, planned } = await timelineOf(here);
    expect(past.map(({ key, outcome }) => [key, outcome])).toContainEqual(['ask-gateway', 'skipped']);
    expect(planned.map(({ key }) => key)).toEqual(['ask-gateway']);
    const [intent] = (await here.stripe.paymentIntents.list({ limit: 1 })).data;
    await sandbox.tell('POST', '/control/settle', { account: here.business.tenant.slug, id: intent!.id, outcome: 'succeed' });
    await pass(here, 'P1D');
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect((await statuses(here)).filter((status) => status === 'succeeded')).toHaveLength(1);
  });

  it('processing, and refused in the end: the schedule begins as after any decline', async () => {
    const here = await renewedWith(CARDS.staysProcessing);
    const [intent] = (await here.stripe.paymentIntents.list({ limit: 1 })).data;
    await sandbox.tell('POST', '/control/settle', { account: here.business.tenant.slug, id: intent!.id, outcome: 'fail' });
    await pass(here, 'P1D');
    expect(await here.latest()).toMatchObject({ state: 'issued', collection: 'declined', failures: 1 });
    expect((await timelineOf(here)).planned[0]!.key).toBe('retry-charge');
  });

  it('unknown: it is asked of the gateway until known, and charged once although the answer was lost (M1, M8)', async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, `collect${(businesses += 1)}`);
    const { slug } = here.business.tenant;
    const lost = (method: string, path: string, at: string) =>
      sandbox.tell('POST', '/control/faults', { match: { method, path, account: slug }, at, do: 'drop' });
    await lost('POST', '/v1/payment_intents/*/confirm', 'after-commit');
    await lost('GET', '/v1/payment_intents/*', 'before-commit');
    await here.business.advance('P32D');
    await here.business.settleProcesses();
    expect(await here.latest()).toMatchObject({ state: 'issued', collection: 'unknown' });
    await pass(here, 'PT2M');
    expect(await here.latest()).toMatchObject({ state: 'issued', collection: 'unknown' });
    await sandbox.tell('DELETE', '/control/faults');
    await pass(here, 'PT3M');
    expect(await here.latest()).toMatchObject({ state: 'paid', ended: 'paid' });
    expect(await statuses(here)).toEqual(['succeeded']);
    expect((await timelineOf(here)).past.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['ask-gateway', 'skipped'],
      ['ask-gateway', 'done'],
    ]);
  });

  it('of a person, refused later: they are told by mail, and no card is charged without them', async () => {
    const here = await renewedWith(CARDS.insufficient);
    const invoice = await here.latest();
    const typed = await typeCard(sandbox, `pk_test_${here.business.tenant.slug}`, CARDS.staysProcessing);
    expect(await payByCard(await actingAsOwner(here.business), [{ invoiceId: invoice.id, amount: usd(19_900) }], typed)).toEqual({ kind: 'checking' });
    expect(await here.latest()).toMatchObject({ collection: 'processing' });
    await pass(here, 'P3D');
    expect(await statuses(here), 'no second charge while the bank looks').toEqual(['failed', 'pending']);
    const [intent] = (await here.stripe.paymentIntents.list({ limit: 1 })).data;
    await sandbox.tell('POST', '/control/settle', { account: here.business.tenant.slug, id: intent!.id, outcome: 'fail' });
    await pass(here, 'P1D');
    expect(await here.latest()).toMatchObject({ collection: 'declined', failures: 2 });
    expect((await timelineOf(here)).planned[0]!.key).toBe('retry-charge');
  });
});

describe('an invoice that is settled by another road', () => {
  it.each(['a transfer', 'a void'])('%s ends the collection in the same moment', async (road) => {
    const here = await renewedWith(CARDS.insufficient);
    const { id } = await here.latest();
    const ctx = await actingAsOwner(here.business);
    if (road === 'a transfer') await recordTransfer(ctx, here.customer, { invoiceId: id, amount: usd(19_900) });
    else await voidIt(ctx, { invoiceId: id, amount: usd(19_900) });
    expect(await here.latest()).toMatchObject({ ended: road === 'a transfer' ? 'paid' : 'void' });
    expect(await timelineOf(here)).toMatchObject({ state: 'ended', planned: [] });
    await pass(here, 'P25D');
    expect((await statuses(here))[0]).toBe('failed');
    expect(await statuses(here)).toHaveLength(1);
  });
});

describe('the last rule', () => {
  it('cancel: the plan ends at once, with the effects of any cancellation, because it was not paid', async () => {
    const here = await renewedWith(CARDS.insufficient, { lastRule: 'cancel', retryDays: '2' });
    await pass(here, 'P3D');
    expect(await here.latest()).toMatchObject({ state: 'issued', ended: 'given-up', subscription: 'ended' });
    const row = await here.owner.inTenant((tx) =>
      tx.row(sql`select state, because, mode from billing.cancellations where subscription_id = ${here.subscriptionId}`),
    );
    expect(row).toEqual({ state: 'ended', because: 'unpaid', mode: 'at-once' });
    expect((await mailsOf(here)).map(({ template }) => template)).toEqual(['payment-failed', 'unpaid-ended']);
    const shares = await (await actingAsOwner(here.business)).inTenant((tx) =>
      tx.rows<{ id: string }>(sql`select id from billing.cancellations where subscription_id = ${here.subscriptionId}`).then(([one]) => tx.effects(one!.id)),
    );
    expect(shares.map(({ state }) => state)).toEqual(shares.map(() => 'applied'));
    expect(shares.length).toBeGreaterThan(0);
  });

  it('pause: the plan goes on by itself when the invoice is paid after all, and what passed meanwhile is not billed', async () => {
    const here = await renewedWith(CARDS.insufficient, { lastRule: 'pause', retryDays: '2' });
    const unpaid = await here.latest();
    await pass(here, 'P3D');
    expect(await here.latest()).toMatchObject({ subscription: 'paused' });
    await pass(here, 'P95D');
    expect((await here.latest()).id, 'nothing was billed while it rested').toBe(unpaid.id);
    await recordTransfer(await actingAsOwner(here.business), here.customer, { invoiceId: unpaid.id, amount: usd(19_900) });
    await here.treatLike(CARDS.good);
    await here.business.settleProcesses();
    const periods = await here.owner.inTenant((tx) =>
      tx.row<{ count: number }>(sql`select count(*)::int as count from billing.billing_periods where subscription_id = ${here.subscriptionId}`),
    );
    expect(periods!.count).toBe(3);
    expect(await here.latest()).toMatchObject({ state: 'paid', subscription: 'active' });
  });

  it('is the one of the day that the collection began, and so is its schedule', async () => {
    const here = await renewedWith(CARDS.insufficient, { lastRule: 'pause', retryDays: '3' });
    await here.business.systemCtx('core').use(core).saveSettings('billing', { lastRule: 'keep', retryDays: '9' });
    expect((await timelineOf(here)).planned.map(({ key }) => key)).toEqual(['retry-charge', 'pause-subscription', 'tell-end']);
    await pass(here, 'P4D');
    expect(await here.latest()).toMatchObject({ subscription: 'paused' });
  });
});
