import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { daysAfter, Forbidden, InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { TestCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { leads } from '../api.ts';
import { load as orderPage, submit as submitOrder } from '../console/order.server.ts';
import { assignLeadToOrder } from '../lead/assign-lead-to-order.ts';
import { AlreadyDelivered, OrderFilled, OrderNotOpen } from '../lead/lead-errors.ts';
import { ListLeads, listLeads } from '../lead/lead-list.queries.ts';
import { changeOrder } from '../order/change-order.ts';
import { closeOrder } from '../order/close-order.ts';
import { createOrder } from '../order/create-order.ts';
import { ordersToChoose } from '../order/order-choices.ts';
import { ListOrders, listOrders, listPayments, readOrder, type OrderView } from '../order/order.queries.ts';
import { CreateOrder } from '../order/order-input.ts';
import { OrderClosed, PaymentFormUsed, PaymentTakenBack } from '../order/order-errors.ts';
import { pauseOrder } from '../order/pause-order.ts';
import { recordOrderPayment } from '../order/record-order-payment.ts';
import { resumeOrder } from '../order/resume-order.ts';
import { takePaymentBack } from '../order/take-payment-back.ts';
import { changeLeadSource, createLeadSource } from '../source/save-lead-source.ts';
import { openLeadMarket, type LeadMarket } from './lead-market.ts';

let portal: TestPortal;
let slugs = 0;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

interface Shop extends LeadMarket {
  readonly buyer: TestCustomer;
  readonly admin: Ctx;
}
async function shop(): Promise<Shop> {
  const market = await openLeadMarket(await portal.business(`orders-${(slugs += 1)}`));
  const buyer = await market.account('Brightside');
  return { ...market, buyer, admin: await market.business.ctxOf(buyer.admin.userId, 'leads') };
}
const view = (ctx: Ctx, orderId: Id): Promise<OrderView> => ctx.inTenant((tx) => readOrder(tx, orderId));
const deliveryOf = async ({ owner }: Shop, leadId: Id): Promise<Id> =>
  (await owner.inTenant((tx) => tx.row<{ delivery_id: Id }>(sql`select delivery_id from leads.leads where id = ${leadId}`)))!.delivery_id;
const pay = ({ owner, today }: Shop, orderId: Id, amount: number): Promise<Id> =>
  recordOrderPayment(owner, orderId, { amount: { amount, currency: 'USD' }, paidOn: today(), note: '' });
/** As another request of the same person: each has a context of its own. */
const another = (ctx: Ctx): Ctx => (ctx as Ctx & { child(pluginId: string, actor: Ctx['actor']): Ctx }).child('leads', ctx.actor);
const requestOf = (orderId: Id) => ({ params: { orderId }, query: new URLSearchParams() });
const formOf = (fields: Record<string, string>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
};
const idOf = (answer: unknown): Id => (answer as { id: Id }).id;

describe('the figures of an order (R-1.55, R-1.56)', () => {
  it('counts leads: remaining is total less received, cost is price per lead by received', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { leads: 5, price: 2_500 });
    await here.post({}, {});
    expect(await view(here.admin, orderId)).toMatchObject({
      counts: 'leads',
      total: 5,
      received: 2,
      remaining: 3,
      cost: { amount: 5_000, currency: 'USD' },
      paid: { amount: 0, currency: 'USD' },
      state: 'open',
      filled: false,
      renewal: false,
      autoCharge: false,
    });
  });

  it('counts money: total, received and remaining are amounts', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { budget: 10_000, price: 3_000 });
    await here.post({}, {}, {}, {});
    expect(await view(here.admin, orderId)).toMatchObject({
      counts: 'money',
      total: 10_000,
      received: 9_000,
      remaining: 1_000,
      leadsReceived: 3,
      filled: true,
      state: 'open',
    });
  });

  it('is filled and still open when nothing remains', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { leads: 1 });
    await here.post({});
    expect(await view(here.admin, orderId)).toMatchObject({ remaining: 0, filled: true, state: 'open' });
  });

  it('Amount Paid is the sum of what staff recorded, also on a closed order', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    await recordOrderPayment(here.owner, orderId, { amount: { amount: 4_000, currency: 'USD' }, paidOn: here.today(), note: '' });
    await closeOrder(here.owner, orderId);
    await recordOrderPayment(here.owner, orderId, { amount: { amount: 250, currency: 'USD' }, paidOn: here.today(), note: 'Cheque' });
    expect((await view(here.admin, orderId)).paid).toEqual({ amount: 4_250, currency: 'USD' });
    const { data } = await here.admin.inTenant((tx) => listPayments(tx, orderId, { limit: 10, sort: '-recorded' }));
    expect(data.map((payment) => payment.amount.amount)).toEqual([250, 4_000]);
  });

  it('the page of an order with many payments says how many there are and leads to all of them; Amount Paid is over all (R-1.56)', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    for (let amount = 1; amount <= 60; amount += 1) await pay(here, orderId, amount);
    const amounts: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { order, payments, pages } = await orderPage(here.owner, { params: { orderId }, query: new URLSearchParams({ cursor }) });
      expect([order.paid.amount, pages.total]).toEqual([1_830, 60]);
      expect(payments.length).toBeLessThan(60);
      amounts.push(...payments.map((payment) => payment.amount.amount));
      cursor = pages.nextCursor;
    }
    expect(amounts).toEqual(Array.from({ length: 60 }, (_, at) => 60 - at));
  });

  it('a payment form that is sent twice, also at once, records one payment; with another amount it is refused', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    const { paymentId } = await orderPage(here.owner, requestOf(orderId));
    const send = (amount: string) => submitOrder(another(here.owner), formOf({ intent: 'pay', paymentId, amount, paidOn: here.today() }), requestOf(orderId));
    const answers = await Promise.all([send('12.50'), send('12.50'), send('12.50')]);
    expect(answers).toEqual(answers.map(() => ({ ok: true, say: 'leads.order.say-paid' })));
    expect((await view(here.admin, orderId)).paid.amount).toBe(1_250);
    await expect(send('13.00')).rejects.toThrow(PaymentFormUsed);
    expect((await orderPage(here.owner, requestOf(orderId))).paymentId).not.toBe(paymentId);
    const other = await here.order(here.buyer);
    await expect(submitOrder(here.owner, formOf({ intent: 'pay', paymentId, amount: '12.50', paidOn: here.today() }), requestOf(other))).rejects.toThrow(
      PaymentFormUsed,
    );
    expect((await view(here.admin, other)).paid.amount).toBe(0);
  });

  it('a payment that was a mistake is taken back once, by a row beside it: the sum is Amount Paid, and nothing is deleted', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    const [good, wrong] = [await pay(here, orderId, 4_000), await pay(here, orderId, 400_000)];
    const back = (paymentId: Id, ctx = here.owner, order = orderId) => takePaymentBack(another(ctx), order, paymentId, { reason: 'Typed twice' });
    await expect(back(wrong, here.admin)).rejects.toThrow(Forbidden);
    await expect(back(wrong, here.owner, await here.order(here.buyer))).rejects.toThrow(NotFound);
    await expect(back(here.typeId)).rejects.toThrow(NotFound);
    const tries = await Promise.allSettled([back(wrong), back(wrong), back(wrong)]);
    expect(tries.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : [])).map((error) => error instanceof PaymentTakenBack)).toEqual([
      true,
      true,
    ]);
    const [reversal] = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await expect(back(reversal!)).rejects.toThrow(PaymentTakenBack);
    expect((await view(here.admin, orderId)).paid.amount).toBe(4_000);
    const { data } = await here.admin.inTenant((tx) => listPayments(tx, orderId, { limit: 10, sort: '-recorded' }));
    expect(data.map(({ id, amount, reverses, isTakenBack, note }) => [id, amount.amount, reverses, isTakenBack, note])).toEqual([
      [reversal, -400_000, wrong, false, 'Typed twice'],
      [wrong, 400_000, null, true, ''],
      [good, 4_000, null, false, ''],
    ]);
    const said = await here.owner.inTenant((tx) =>
      tx.rows<{ what: string }>(sql`select what from portico.audit_log where what like 'leads.order-payment%' order by id`),
    );
    expect(said.map(({ what }) => what)).toEqual(['leads.order-payment-recorded', 'leads.order-payment-recorded', 'leads.order-payment-taken-back']);
  });

  it('taking a payment back by the page needs its reason', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    const paymentId = await pay(here, orderId, 900);
    const send = (reason: string) => submitOrder(here.owner, formOf({ intent: 'take-back', paymentId, reason }), requestOf(orderId));
    await expect(send(' ')).rejects.toThrow('leads.problem.reason-missing');
    expect(await send('The cheque bounced')).toEqual({ ok: true, say: 'leads.order.say-taken-back' });
    expect((await view(here.admin, orderId)).paid.amount).toBe(0);
  });

  it.each([
    ['another currency', { amount: { amount: 1, currency: 'EUR' } }, 'amount.currency'],
    ['a day to come', { paidOn: '2999-01-01' }, 'paidOn'],
  ])('refuses a payment of %s', async (_, wrong, field) => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    const refused = await recordOrderPayment(here.owner, orderId, { amount: { amount: 1, currency: 'USD' }, paidOn: here.today(), note: '', ...wrong }).catch(
      (error: unknown) => error,
    );
    expect((refused as InvalidInput).fields).toHaveProperty([field]);
  });
});

describe('pause, resume, close (R-1.53, R-1.54)', () => {
  it("another business's and another account's order answer like a random id; a member may not", async () => {
    const [here, there] = [await shop(), await shop()];
    const neighbour = await here.order(await here.account('Neighbour'));
    const member = await here.business.ctxOf((await here.member(here.buyer, 'Hana')).userId, 'leads');
    for (const id of [await there.order(there.buyer), neighbour, here.owner.newId()]) {
      await expect(pauseOrder(here.admin, id)).rejects.toThrow(NotFound);
      await expect(resumeOrder(here.admin, id)).rejects.toThrow(NotFound);
      await expect(here.admin.inTenant((tx) => readOrder(tx, id))).rejects.toThrow(NotFound);
      await expect(here.admin.inTenant((tx) => listPayments(tx, id, { limit: 1, sort: '-recorded' }))).rejects.toThrow(NotFound);
    }
    await expect(pauseOrder(member, await here.order(here.buyer))).rejects.toThrow(Forbidden);
    await expect(closeOrder(here.admin, await here.order(here.buyer))).rejects.toThrow(Forbidden);
  });

  it('the customer pauses an open order and resumes it; twice is the same as once', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    await pauseOrder(here.admin, orderId);
    await pauseOrder(here.admin, orderId);
    expect((await view(here.admin, orderId)).state).toBe('paused');
    await resumeOrder(here.admin, orderId);
    await resumeOrder(here.admin, orderId);
    expect((await view(here.admin, orderId)).state).toBe('open');
  });

  it('a closed order can be neither paused nor resumed nor changed', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    await closeOrder(here.owner, orderId);
    await closeOrder(here.owner, orderId);
    await expect(pauseOrder(here.admin, orderId)).rejects.toThrow(OrderClosed);
    await expect(resumeOrder(here.admin, orderId)).rejects.toThrow(OrderClosed);
    await expect(changeOrder(here.owner, orderId, { leads: 500 })).rejects.toThrow(OrderClosed);
  });

  it('an order whose last day is over is closed, and gets nothing', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { endsIn: 1 });
    expect((await view(here.admin, orderId)).state).toBe('open');
    await here.business.advance('P3D');
    expect((await view(here.admin, orderId)).state).toBe('closed');
    await expect(resumeOrder(here.admin, orderId)).rejects.toThrow(OrderClosed);
    expect(await here.post({})).toMatchObject([{ outcome: 'unmatched' }]);
    const listed = await here.admin.inTenant((tx) => listOrders(tx, ListOrders.parse({ state: 'closed' })));
    expect(listed.data.map((order) => order.id)).toEqual([orderId]);
  });

  it('a last day that is over already is refused, and closes nothing by a slip of the year', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer);
    const refused = await changeOrder(here.owner, orderId, { leads: 500, endsOn: daysAfter(here.today(), -1) }).catch((error: unknown) => error);
    expect((refused as InvalidInput).fields).toEqual({ endsOn: { key: 'leads.problem.ends-before-today' } });
    expect(await view(here.owner, orderId)).toMatchObject({ state: 'open', total: 100 });
    const born = await here.order(here.buyer, { endsIn: -1 }).catch((error: unknown) => error);
    expect((born as InvalidInput).fields).toEqual({ endsOn: { key: 'leads.problem.ends-before-today' } });
    await changeOrder(here.owner, orderId, { endsOn: here.today() });
    expect((await view(here.owner, orderId)).state).toBe('open');
  });

  it('staff cannot set a total below what was delivered', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { leads: 5 });
    await here.post({}, {}, {});
    await expect(changeOrder(here.owner, orderId, { leads: 2 })).rejects.toThrow(InvalidInput);
    await changeOrder(here.owner, orderId, { leads: 3, places: ['970'], acceptsReturns: false });
    expect(await view(here.owner, orderId)).toMatchObject({ total: 3, remaining: 0, filled: true, places: ['970'], acceptsReturns: false });
  });

  it('a new order names each field that is wrong', async () => {
    const here = await shop();
    const stranger = (await shop()).buyer;
    const input = {
      counts: 'money',
      budget: { amount: 100, currency: 'EUR' },
      accountId: stranger.accountId,
      billGroupId: stranger.billGroupId,
      typeId: here.typeId,
      price: { amount: 500, currency: 'USD' },
      startsOn: here.today(),
      endsOn: daysAfter(here.today(), -1),
    };
    const refused = await createOrder(here.owner, CreateOrder.parse(input)).catch((error: unknown) => error);
    expect(Object.keys((refused as InvalidInput).fields).toSorted()).toEqual(['budget', 'budget.currency', 'endsOn']);
    const unknown = await createOrder(here.owner, CreateOrder.parse({ ...input, budget: { amount: 900, currency: 'USD' }, endsOn: null })).catch(
      (error: unknown) => error,
    );
    expect(Object.keys((unknown as InvalidInput).fields).toSorted()).toEqual(['accountId', 'billGroupId']);
  });

  it('lists orders page by page, newest number first', async () => {
    const here = await shop();
    const ids: Id[] = [];
    for (let at = 0; at < 7; at += 1) ids.unshift(await here.order(here.buyer));
    const first = await here.admin.inTenant((tx) => listOrders(tx, ListOrders.parse({ limit: 3 })));
    const second = await here.admin.inTenant((tx) => listOrders(tx, ListOrders.parse({ limit: 3, cursor: first.nextCursor! })));
    const third = await here.admin.inTenant((tx) => listOrders(tx, ListOrders.parse({ limit: 3, cursor: second.nextCursor! })));
    expect([...first.data, ...second.data, ...third.data].map((order) => order.id)).toEqual(ids);
    expect(third.nextCursor).toBeNull();
    const back = await here.admin.inTenant((tx) => listOrders(tx, { ...ListOrders.parse({ limit: 3 }), before: third.previousCursor! }));
    expect(back.data).toEqual(second.data);
  });
});

describe('room that is given back (S2, S3)', () => {
  it('is booked once, however often and by whichever cause', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { leads: 1 });
    const [answer] = await here.post({});
    const deliveryId = await deliveryOf(here, idOf(answer));
    const api = here.business.systemCtx('returns').use(leads);
    const cause = here.owner.newId();
    const both = await Promise.all([
      here.business.systemCtx('returns').use(leads).giveBack(deliveryId, cause),
      here.business.systemCtx('returns').use(leads).giveBack(deliveryId, cause),
    ]);
    expect(both.toSorted()).toEqual([false, true]);
    expect(await api.giveBack(deliveryId, here.owner.newId())).toBe(false);
    expect(await view(here.admin, orderId)).toMatchObject({ received: 0, remaining: 1, filled: false, cost: { amount: 0, currency: 'USD' } });
    expect(await here.post({})).toMatchObject([{ outcome: 'delivered' }]);
  });

  it('changes the figures of a closed order and does not open it again', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { leads: 1 });
    const [answer] = await here.post({});
    await closeOrder(here.owner, orderId);
    expect(
      await here.business
        .systemCtx('returns')
        .use(leads)
        .giveBack(await deliveryOf(here, idOf(answer)), here.owner.newId()),
    ).toBe(true);
    expect(await view(here.admin, orderId)).toMatchObject({ state: 'closed', received: 0, remaining: 1 });
    expect(await here.post({})).toMatchObject([{ outcome: 'unmatched' }]);
  });

  it('what became of a return is noted on the lead by rising seq only', async () => {
    const here = await shop();
    await here.order(here.buyer);
    const [answer] = await here.post({});
    const api = here.business.systemCtx('returns').use(leads);
    await api.noteReturn(idOf(answer), 'approved', 2);
    await api.noteReturn(idOf(answer), 'pending', 1);
    const { data } = await here.admin.inTenant((tx) => listLeads(tx, ListLeads.parse({})));
    expect(data).toMatchObject([{ returnState: 'approved' }]);
  });
});

describe('staff give an unmatched lead to an order (S2)', () => {
  it('delivers it once: room is counted, the customer finds it, the others are refused', async () => {
    const here = await shop();
    const answers = await here.post({ name: 'Sam Whitlock', postalCode: '11111' }, {}, {});
    const orderId = await here.order(here.buyer, { leads: 2, places: ['970'] });
    await assignLeadToOrder(here.owner, idOf(answers[0]), { orderId });
    await expect(assignLeadToOrder(here.owner, idOf(answers[0]), { orderId })).rejects.toThrow(AlreadyDelivered);
    const both = await Promise.allSettled(
      [1, 2].map(async (at) => assignLeadToOrder(await here.business.systemCtx('leads').child('leads'), idOf(answers[at]), { orderId })),
    );
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect((both.find((one) => one.status === 'rejected') as PromiseRejectedResult).reason).toBeInstanceOf(OrderFilled);
    expect(await view(here.admin, orderId)).toMatchObject({ received: 2, filled: true });
    const found = await here.admin.inTenant((tx) => listLeads(tx, ListLeads.parse({ q: 'whitl' })));
    expect(found.data.map((lead) => lead.id)).toEqual([idOf(answers[0])]);
  });

  it('refuses an order that is paused, of another type, or of another business; a customer may not', async () => {
    const [here, there] = [await shop(), await shop()];
    const [answer] = await here.post({});
    const leadId = idOf(answer);
    const orderId = await here.order(here.buyer, { places: ['970'] });
    await pauseOrder(here.owner, orderId);
    await expect(assignLeadToOrder(here.owner, leadId, { orderId })).rejects.toThrow(OrderNotOpen);
    await expect(assignLeadToOrder(here.owner, leadId, { orderId: await there.order(there.buyer) })).rejects.toThrow(InvalidInput);
    await expect(assignLeadToOrder(there.owner, leadId, { orderId: await there.order(there.buyer) })).rejects.toThrow(NotFound);
    await expect(assignLeadToOrder(here.admin, leadId, { orderId })).rejects.toThrow(Forbidden);
  });
});

describe('an order whose first day is to come', () => {
  it('is given no lead by hand either: routing gives it none', async () => {
    const here = await shop();
    const [lead] = (await here.post({})) as { id: Id }[];
    const orderId = await here.order(here.buyer, { daysAgo: -3 });
    await expect(assignLeadToOrder(here.owner, lead!.id, { orderId })).rejects.toThrow(OrderNotOpen);
    expect((await here.owner.inTenant((tx) => ordersToChoose(tx, here.typeId))).choices).toEqual([]);
    const begun = await here.order(here.buyer);
    expect((await here.owner.inTenant((tx) => ordersToChoose(tx, here.typeId))).choices.map(({ id }) => id)).toEqual([begun]);
  });

  it('that counts money is never left with less than one lead costs', async () => {
    const here = await shop();
    const orderId = await here.order(here.buyer, { budget: 10_000, price: 2_500 });
    const change = (amount: number) => changeOrder(here.owner, orderId, { budget: { amount, currency: 'USD' } });
    await expect(change(2_499)).rejects.toMatchObject({ fields: { budget: { key: 'leads.problem.budget-too-small' } } });
    await change(2_500);
  });
});

describe('the name of a source', () => {
  it('is taken once, also when two take it at the same time, 5 rounds', async () => {
    const here = await shop();
    const [one, two] = [await createLeadSource(here.owner, { name: 'Mail' }), await createLeadSource(here.owner, { name: 'Fair' })];
    for (let round = 0; round < 5; round += 1) {
      const both = await Promise.allSettled([one, two].map((id) => changeLeadSource(another(here.owner), id, { name: `Web ${round}` })));
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find((each) => each.status === 'rejected')?.reason).toBeInstanceOf(InvalidInput);
    }
  });
});
