import { afterAll, expect, it } from 'vitest';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { deliveredLeads } from '@portico/plugin-leads/testing';
import { returnVerdict } from '@portico/plugin-returns/api';
import { describePluginContract, startTestPortal } from '@portico/testing';
import { load, submit } from '../portal/goodwill.server.ts';

describePluginContract('@portico/plugin-example-fair-play');

const portal = await startTestPortal();
afterAll(() => portal.close());
const business = await portal.business('generous', { plugins: ['example-fair-play'] });
const customer = await aCustomer(business);
const [leadId = ''] = (await deliveredLeads(business, customer, { count: 1 })).leadIds;
const ctx = await business.ctxOf(customer.admin.userId, 'example-fair-play');

it('a customer writes a note at the tab of a lead, and finds it there', async () => {
  const form = new FormData();
  form.set('text', 'Be kind to Sam.');
  expect(await submit(ctx, form, { leadId })).toMatchObject({ ok: true });
  expect((await load(ctx, { leadId }))?.notes).toMatchObject([{ text: 'Be kind to Sam.', leadName: 'Sam Whitlock' }]);
});

it.each([
  [3, 'approve'],
  [25, 'review'],
])('a lead from outside the area that comes back after %i hours: %s', async (hoursSinceDelivery, answer) => {
  const asked = { returnId: ctx.newId(), leadId, accountId: customer.accountId, reason: 'Out of my area', note: '', hoursSinceDelivery };
  expect((await ctx.decide(returnVerdict, asked)).verdict.answer).toBe(answer);
});
