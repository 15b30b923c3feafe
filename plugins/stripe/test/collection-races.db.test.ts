import { performStep } from '@portico/core';
import { hoursBetween } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { actingAsOwner, addTestCard, aWorkerAt, followCollection, payByCard } from '@portico/plugin-billing/testing';
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
const ROUNDS = Number(process.env['PORTICO_ROUNDS'] ?? 5);
const usd = (amount: number) => ({ amount, currency: 'USD' });

/** How long it is until the next renewal and no further: of two hundred rounds none has two of them. */
async function untilRenewal({ business }: CollectingBusiness): Promise<string> {
  const owner = await actingAsOwner(business);
  const row = await owner.inTenant((tx) => tx.row<{ renews_at: string }>(sql`select renews_at from billing.subscriptions order by number limit 1`));
  return `PT${Math.ceil(hoursBetween(owner.clock.now(), row!.renews_at)) + 1}H`;
}

/** The next renewal fails, and the day of its first retry has come; the bank would take the card now. */
async function dueForRetry(here: CollectingBusiness): Promise<{ readonly process: string; readonly invoiceId: string }> {
  await here.treatLike(CARDS.insufficient);
  await here.business.advance(await untilRenewal(here));
  await here.business.settleProcesses();
  await here.treatLike(CARDS.good);
  await here.business.advance('P2DT1M');
  const { id, collectionId } = await here.latest();
  const row = await here.owner.inTenant((tx) =>
    tx.row<{ id: string }>(sql`select id from portico.processes where subject = ${collectionId} and ended_at is null`),
  );
  return { process: row!.id, invoiceId: id };
}

/** By the gateway and by the books: how often the invoice was paid by card, and what is left of what it asked for. */
async function paidOf(here: CollectingBusiness, invoiceId: string) {
  const books = await here.owner.inTenant((tx) =>
    tx.row<{ state: string; booked: number; left: number; live: number }>(sql`select i.state,
      (select count(*)::int from billing.ledger_transfers t where t.invoice_id = i.id and t.debit = 'card') as booked,
      (select sum(case when t.debit = 'receivable' then t.amount_minor else -t.amount_minor end)::bigint from billing.ledger_transfers t
        where t.invoice_id = i.id and 'receivable' in (t.debit, t.credit)) as left,
      (select count(*)::int from billing.collections c where c.invoice_id = i.id and c.ended_at is null) as live
      from billing.invoices i where i.id = ${invoiceId}`),
  );
  return { ...books!, charged: (await here.charges()).filter(({ status }) => status === 'succeeded').length };
}

describe('one failed charge, everybody in the same second', () => {
  it(`is paid once: a retry, a double click and another tab, ${ROUNDS} rounds (S4, M9)`, async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, 'racing');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { process, invoiceId } = await dueForRetry(here);
      const invoice = { invoiceId, amount: usd(19_900) };
      const [one, two] = [await typeCard(sandbox, 'pk_test_racing', CARDS.good), await typeCard(sandbox, 'pk_test_racing', CARDS.good)];
      const formId = here.owner.newId();
      const pay = async (card: string, form?: string) => payByCard(await actingAsOwner(here.business), [invoice], card, form);
      await Promise.allSettled([performStep(here.business.systemCtx('core'), process, 'retry-charge'), pay(one, formId), pay(one, formId), pay(two)]);
      await here.business.settleProcesses();
      expect(await paidOf(here, invoiceId), `round ${round}`).toEqual({ state: 'paid', booked: 1, left: 0, live: 0, charged: round });
    }
  });

  it(`is paid once: a retry beside a new card, ${ROUNDS} rounds`, async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, 'racingcard');
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { process, invoiceId } = await dueForRetry(here);
      await Promise.allSettled([
        performStep(here.business.systemCtx('core'), process, 'retry-charge'),
        actingAsOwner(here.business).then((ctx) => addTestCard(ctx, here.customer, here.cardOf(CARDS.good))),
      ]);
      await here.business.settleProcesses();
      expect(await paidOf(here, invoiceId), `round ${round}`).toEqual({ state: 'paid', booked: 1, left: 0, live: 0, charged: round });
      await here.owner.inTenant((tx) =>
        tx.run(sql`update billing.bill_group_terms set default_method_id = (select id from billing.payment_methods order by added_at, id limit 1)`),
      );
    }
  });

  it('is paid once although the worker was gone between the charge and its books: whoever comes next finds the same try (M1)', async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, 'gone');
    const { invoiceId } = await dueForRetry(here);
    const { collectionId } = await here.latest();
    for (let worker = 0; worker < 2; worker += 1) await (await aWorkerAt(here.business.systemCtx('billing'), collectionId!)).charge();
    expect(await paidOf(here, invoiceId)).toMatchObject({ state: 'issued', booked: 0, charged: 1 });
    await here.business.settleProcesses();
    expect(await paidOf(here, invoiceId)).toEqual({ state: 'paid', booked: 1, left: 0, live: 0, charged: 1 });
  });

  it('is not charged by a worker that was frozen since before the last try', async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, 'frozen');
    await dueForRetry(here);
    await here.treatLike(CARDS.insufficient);
    const frozen = await aWorkerAt(here.business.systemCtx('billing'), (await here.latest()).collectionId!);
    await here.business.settleProcesses();
    await frozen.charge();
    expect((await here.charges()).map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('is shown whole at every moment: no step of its timeline is lost or doubled while a worker takes it', async () => {
    const here = await aCollectingBusiness({ portal, sandbox }, 'shown', { retryDays: '2, 4, 6, 8' });
    await dueForRetry(here);
    await here.treatLike(CARDS.insufficient);
    const ctx = await actingAsOwner(here.business);
    const { id } = await here.latest();
    const keys = async () => {
      const { past, planned } = (await followCollection(ctx, id))!.timeline;
      return [...past, ...planned].map(({ key }) => key);
    };
    const whole = await keys();
    let working = true;
    const worker = (async () => {
      for (let day = 0; day < 4; day += 1) {
        await here.business.settleProcesses();
        await here.business.advance('P2D');
      }
      working = false;
    })();
    const shown: string[][] = [];
    while (working) shown.push(await keys());
    await worker;
    for (const one of shown) expect(one).toEqual(whole);
    expect(shown.length).toBeGreaterThan(4);
  });
});
