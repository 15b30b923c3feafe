import type { Id } from '@portico/kit';
import { sql, type Ctx, type DemoStory } from '@portico/kit/server';
import { createLeadSource } from '../source/save-lead-source.ts';
import { createSourceKey } from '../source/create-source-key.ts';
import { createLeadType } from '../type/save-lead-type.ts';
import { tellLeads, tellWork } from './demo-leads.ts';
import { demoAccounts, settleOrders, tellOrders } from './demo-orders.ts';
import { TRADES } from './demo-words.ts';

/** Two months of a business that sells leads, or passes enquiries on: types, sources, orders of every fate, leads, work. */
export async function tellDemo(ctx: Ctx, story: DemoStory): Promise<{ apiKey: string }> {
  const trade = TRADES[story.business];
  const ids = new Map<string, Id>();
  for (const { key, name } of trade.types) ids.set(key, await createLeadType(ctx, { key, name, lookBackDays: 30 }));
  const website = await createLeadSource(ctx, { name: trade.source });
  const partner = await createLeadSource(ctx, { name: trade.partner });
  const { key: apiKey } = await createSourceKey(ctx, website, { name: trade.source });

  const accounts = await ctx.inTenant((tx) => demoAccounts(tx));
  const orders = await tellOrders(ctx, story, accounts, ids);
  await tellLeads(ctx, story, orders, { ids, sources: [website, website, partner] });
  await tellWork(ctx, story);
  await settleOrders(ctx, story, orders);
  if (accounts[0]) await tellNotices(ctx, accounts[0].accountId);
  return { apiKey };
}

/** The account admins of the first customer want to hear of new leads. */
async function tellNotices(ctx: Ctx, accountId: Id): Promise<void> {
  await ctx.inTenant(async (tx) => {
    const admins = await tx.rows<{ user_id: Id }>(
      sql`select m.user_id from accounts.member_v1 m where m.tenant_id = ${ctx.tenant.id} and m.account_id = ${accountId} and m.is_admin`,
    );
    for (const { user_id } of admins)
      await tx.run(sql`insert into leads.notification_settings (id, user_id, new_lead_mail) values (${ctx.newId()}, ${user_id}, true)`);
  });
}
