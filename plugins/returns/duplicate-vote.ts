import { dayOf, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { leads } from '@portico/plugin-leads/api';
import { returnVerdict } from './api.ts';
import type { ReturnSettings } from './plugin.ts';

/**
 * A lead that this customer was given twice goes back without a question when the other one stays: of two leads of one
 * person, one is paid for. Everything else is for others to judge, also a twin from beyond the look-back of its type: the
 * business itself takes that for a new lead.
 */
export const duplicateVote = returnVerdict.vote(async (ctx, { leadId, reason }) => {
  const { duplicateReason } = ctx.settings<ReturnSettings>();
  if (duplicateReason === '' || reason !== duplicateReason) return 'abstain';
  const twins = await ctx.use(leads).earlierTwins(leadId);
  const comingBack = await returnedAmong(
    ctx,
    twins.map((twin) => twin.leadId),
  );
  const twin = twins.find((one) => !comingBack.has(one.leadId));
  if (!twin) return 'abstain';
  return { answer: 'approve', because: ctx.text('returns.because.duplicate', { day: dayOf(twin.deliveredAt, ctx.tenant.zone) }) };
});

/** Those of the leads that came back, or may yet: a return that waits can be approved tomorrow. */
async function returnedAmong(ctx: Ctx, leadIds: readonly Id[]): Promise<ReadonlySet<Id>> {
  const rows = await ctx.inTenant((tx) =>
    tx.rows<{ lead_id: Id }>(
      sql`select lead_id from returns.lead_returns where tenant_id = ${ctx.tenant.id} and lead_id = any(${leadIds}::uuid[]) and status in ('pending', 'approved')`,
    ),
  );
  return new Set(rows.map(({ lead_id }) => lead_id));
}
