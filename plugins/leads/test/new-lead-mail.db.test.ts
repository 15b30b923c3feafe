import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { assignLeads } from '../lead/assign-lead.ts';
import { readNotificationSetting, saveNotificationSetting } from '../notification/notification-setting.ts';
import { tellAboutNewLead } from '../notification/tell-about-new-lead.ts';
import { sql } from '@portico/kit/server';
import { openLeadMarket } from './lead-market.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

it('nobody gets a mail before switching it on, and each who did gets one per new lead, once (R-4.33)', async () => {
  const market = await openLeadMarket(await portal.business('mails'));
  const account = await market.account('Brightside');
  const member = await market.member(account, 'Hana');
  const [admin, hana] = [await market.business.ctxOf(account.admin.userId, 'leads'), await market.business.ctxOf(member.userId, 'leads')];
  await market.order(account);
  await market.post({});
  await market.business.settleEvents();
  expect(await market.business.mails()).toEqual([]);

  expect(await readNotificationSetting(admin)).toEqual({ newLeadMail: false });
  await saveNotificationSetting(admin, { newLeadMail: true });
  await saveNotificationSetting(hana, { newLeadMail: true });
  const [answer] = await market.post({ name: 'Maren Oduya', town: 'Gresham' });
  const leadId = (answer as { id: string }).id;
  await market.business.settleEvents();
  const mails = await market.business.mails();
  expect(mails).toMatchObject([
    { template: 'new-lead', user_id: account.admin.userId, data: { leadName: 'Maren Oduya', place: 'Gresham', typeName: 'Roofing' } },
  ]);
  expect(mails[0]!.data['leadUrl']).toBe(`${market.business.tenant.url}/leads/${leadId}`);

  const delivery = (await market.owner.inTenant((tx) =>
    tx.row<{ deliveryId: string; leadId: string }>(sql`select id as "deliveryId", lead_id as "leadId" from leads.lead_deliveries where lead_id = ${leadId}`),
  ))!;
  await tellAboutNewLead(market.business.systemCtx('leads'), delivery);
  expect(await market.business.mails()).toHaveLength(1);

  await saveNotificationSetting(admin, { newLeadMail: false });
  await market.post({});
  await market.business.settleEvents();
  expect(await market.business.mails()).toHaveLength(1);
});

it('a lead that was assigned before the mail went out is told to its assignee alone', async () => {
  const market = await openLeadMarket(await portal.business('assignee-mails'));
  const account = await market.account('Brightside');
  const member = await market.member(account, 'Hana');
  for (const who of [account.admin, member]) await saveNotificationSetting(await market.business.ctxOf(who.userId, 'leads'), { newLeadMail: true });
  await market.order(account);
  const [answer] = await market.post({});
  await assignLeads(market.owner, [(answer as { id: string }).id], { memberId: member.memberId });
  await market.business.settleEvents();
  expect((await market.business.mails()).map((mail) => mail.user_id)).toEqual([member.userId]);
});
