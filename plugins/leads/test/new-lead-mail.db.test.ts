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

/** Two users and an admin who all want mails, and a lead that was told as new, so that only what is assigned adds to it. */
async function aTeam(slug: string) {
  const market = await openLeadMarket(await portal.business(slug));
  const account = await market.account('Brightside');
  const hana = await market.member(account, 'Hana', { viewDownline: true });
  const below = await market.member(account, 'Jun', { parent: hana });
  for (const who of [account.admin, hana, below]) await saveNotificationSetting(await market.business.ctxOf(who.userId, 'leads'), { newLeadMail: true });
  await market.order(account);
  const told = async () => {
    await market.business.settleEvents();
    return (await market.business.mails()).map(({ template, user_id }) => [template, user_id]);
  };
  const aLead = async () => ((await market.post({}))[0] as { id: string }).id;
  return { market, account, hana, below, told, aLead };
}

it('whoever is given a lead gets a mail, long after it came, once however often it goes to and fro (R-4.33)', async () => {
  const { market, account, hana, told, aLead } = await aTeam('assignee-mails');
  const leadId = await aLead();
  expect(await told()).toEqual([['new-lead', account.admin.userId]]);
  await assignLeads(market.owner, [leadId], { memberId: hana.memberId });
  expect(await told()).toEqual([
    ['new-lead', account.admin.userId],
    ['lead-assigned', hana.userId],
  ]);
  await assignLeads(market.owner, [leadId], { memberId: account.admin.memberId });
  await assignLeads(market.owner, [leadId], { memberId: hana.memberId });
  expect(await told()).toHaveLength(2);
});

it('several at once are told one by one; a lead that is taken back before the mail went out is not', async () => {
  const { market, hana, below, told, aLead } = await aTeam('bulk-mails');
  const leads = [await aLead(), await aLead(), await aLead()];
  const before = (await told()).length;
  await assignLeads(market.owner, leads, { memberId: below.memberId });
  await assignLeads(market.owner, [leads[2]!], { memberId: null });
  expect((await told()).slice(before)).toEqual([
    ['lead-assigned', below.userId],
    ['lead-assigned', below.userId],
  ]);
  expect((await told()).map(([, who]) => who)).not.toContain(hana.userId);
});

it('nobody is told of what they took themselves, and nobody who did not ask for it', async () => {
  const { market, account, hana, told, aLead } = await aTeam('own-mails');
  const [mine, theirs] = [await aLead(), await aLead()];
  const before = (await told()).length;
  const admin = await market.business.ctxOf(account.admin.userId, 'leads');
  await assignLeads(admin, [mine], { memberId: account.admin.memberId });
  await saveNotificationSetting(await market.business.ctxOf(hana.userId, 'leads'), { newLeadMail: false });
  await assignLeads(admin, [theirs], { memberId: hana.memberId });
  expect((await told()).slice(before)).toEqual([]);
});

it('a lead that was assigned before the mail went out is told to its assignee alone', async () => {
  const { market, hana, told, aLead } = await aTeam('early-mails');
  await assignLeads(market.owner, [await aLead()], { memberId: hana.memberId });
  expect(await told()).toEqual([['lead-assigned', hana.userId]]);
});
