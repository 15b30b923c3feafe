import type { Ctx } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { startTestPortal, type TestBusiness } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChargeOutcome } from '../api.ts';
import { readInvoice } from '../invoice/invoice.queries.ts';
import { writeAttempt } from '../payment/begin-attempt.ts';
import { PaymentAttempt } from '../payment/payment.model.ts';
import { settleOutcomes } from '../payment/settle-outcomes.ts';
import { actingAsOwner, anIssuedInvoice } from '../testing.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('news');
  owner = await actingAsOwner(business);
});

const paid: ChargeOutcome = { kind: 'paid', gatewayRef: 'ch_1' };
const declined: ChargeOutcome = { kind: 'declined', why: 'soft', code: 'insufficient_funds' };
const processing: ChargeOutcome = { kind: 'processing', gatewayRef: 'ch_1' };

/** A payment of an invoice has begun. */
async function begin() {
  const { accountId, billGroupId } = await aCustomer(business, `Pays ${owner.newId()}`);
  const { invoiceId, amount } = await anIssuedInvoice(owner, { accountId, billGroupId }, 4_000);
  const id = owner.newId();
  await owner.inTenant((tx) =>
    writeAttempt(tx, {
      ...{ id, accountId, billGroupId, currency: amount.currency, methodId: null, gatewayMethod: 'pm_card_visa', described: 'Visa 4242' },
      ...{ offSession: false, because: 'person' as const, parts: [{ invoiceId, amount: amount.amount }] },
    }),
  );
  const hear = async (news: ChargeOutcome): Promise<number> => (await settleOutcomes(owner, new Map([[id, news]]))).length;
  const now = () =>
    owner.inTenant(async (tx) => ({
      attempt: (await tx.query(PaymentAttempt).findById(id))!.state,
      invoice: (await readInvoice(tx, invoiceId)).status,
    }));
  return { hear, now };
}

describe('news of the gateway that come late', () => {
  it.each([
    ['that it was declined, or that it is on its way', paid, [declined, processing, paid], { attempt: 'succeeded', invoice: 'paid' }],
    ['that it was paid, or that it is on its way', declined, [paid, processing, declined], { attempt: 'failed', invoice: 'open' }],
  ] as const)('change nothing of a payment that is over: %s (requirements 3.13)', async (_what, last, older, stands) => {
    const { hear, now } = await begin();
    expect(await hear(processing)).toBe(1);
    expect(await hear(last)).toBe(1);
    expect(await now()).toEqual(stands);
    for (const news of older) expect(await hear(news)).toBe(0);
    expect(await now()).toEqual(stands);
  });
});
