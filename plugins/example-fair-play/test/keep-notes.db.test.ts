import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, aLivePlan, aPaidSubscription, foreseeCancellation } from '@portico/plugin-billing/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { writeNote } from '../write-note.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

/** A customer with a plan, and a lead that came with it. */
async function aPlanWithLead(business: TestBusiness): Promise<{ subscriptionId: Id; leadId: Id; adminId: Id }> {
  const customer = await aCustomer(business);
  const owner = await actingAsOwner(business);
  const subscriptionId = await aPaidSubscription(owner, customer, await aLivePlan(owner));
  const { leadIds } = await deliveredLeads(business, customer, { count: 1 });
  await business.systemCtx('leads').inTenant((tx) =>
    tx.run(sql`insert into leads.queue_entries (id, lead_id, delivery_id, order_id, account_id, bill_group_id, subscription_id, state, queued_at)
      select gen_random_uuid(), d.lead_id, d.id, d.order_id, d.account_id, d.bill_group_id, ${subscriptionId}, 'queued', d.delivered_at
      from leads.lead_deliveries d where d.lead_id = ${leadIds[0]!}`),
  );
  return { subscriptionId, leadId: leadIds[0]!, adminId: customer.admin.userId };
}

const linesOf = async (business: TestBusiness, subscriptionId: Id) =>
  (await foreseeCancellation(await actingAsOwner(business), subscriptionId)).parts.find(({ pluginId }) => pluginId === 'example-fair-play')?.lines ?? [];

describe('a plan that is cancelled (R-0.28)', () => {
  it('says that the notes about its leads are kept, where there are any', async () => {
    const business = await portal.business('generous', { plugins: ['example-fair-play'] });
    const { subscriptionId, leadId, adminId } = await aPlanWithLead(business);
    const other = await aPlanWithLead(business);
    expect(await linesOf(business, subscriptionId)).toEqual([]);
    await writeNote(await business.ctxOf(adminId, 'example-fair-play'), { leadId, text: 'Be kind to Sam.' });
    expect(await linesOf(business, subscriptionId)).toEqual([{ text: 'example-fair-play.effect.kept', values: { count: 1 } }]);
    expect(await linesOf(business, other.subscriptionId)).toEqual([]);
  });
});
