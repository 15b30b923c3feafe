import { z } from 'zod';
import { type Id, hoursAfter } from '@portico/kit';
import { type Ctx, InvalidInput, NotFound, sql, type Tx } from '@portico/kit/server';
import { type DeliveredLead, leads } from '@portico/plugin-leads/api';
import { returnApproval } from '@portico/workflows/return-approval';
import { returnRequested } from './api.ts';
import { LeadReturn } from './lead-return.model.ts';
import { countOfOrder, hasOpenReturn } from './lead-return.queries.ts';
import type { ReturnSettings } from './plugin.ts';
import { AlreadyReturned, LeadNeverDelivered, ReturnCapReached, ReturnsNotAccepted, ReturnWindowClosed } from './return-errors.ts';
import { returnCap, windowClosesAt } from './return-window.ts';

export const RequestReturn = z.object({
  leadId: z.uuid(),
  reason: z.string().trim().min(1, 'returns.problem.reason-missing').max(80),
  note: z.string().trim().max(2_000).default(''),
});
export type RequestReturn = z.output<typeof RequestReturn>;

/**
 * A customer's user gives a delivered lead back. It starts as Pending, and its approval process with it; plugins are
 * asked by that process, never here (R-1.23, R-1.27, R-1.33).
 * Throws NotFound for a lead that was never delivered to this customer (R-1.35), LeadNeverDelivered for one that went to
 * nobody to whoever may see that, and each other refusal in words.
 */
export async function requestReturn(ctx: Ctx, input: RequestReturn): Promise<LeadReturn> {
  const lead = await ctx.use(leads).deliveredLead(input.leadId);
  if (!lead) throw (await ctx.use(leads).isUnmatched(input.leadId)) ? new LeadNeverDelivered() : new NotFound();
  ctx.demand('request', 'LeadReturn', ownersOf(lead));
  demandKnownReason(ctx.settings<ReturnSettings>(), input.reason);

  return ctx.inTenant((tx) => openReturn(tx, lead, { ...input, requestedBy: ctx.actor.id }));
}

/** Writes the return and begins its process, after every rule was checked again under the lock of the order's returns. */
export async function openReturn(tx: Tx, lead: DeliveredLead, input: Omit<RequestReturn, 'leadId'> & { requestedBy: Id }): Promise<LeadReturn> {
  const settings = tx.ctx.settings<ReturnSettings>();
  await lockReturnsOfOrder(tx, lead.orderId);
  await demandReturnsAccepted(tx, lead);
  await demandNoOpenReturn(tx, lead);
  demandOpenWindow(tx.ctx, lead, settings);
  await demandRoomUnderCap(tx, lead, settings);
  const asked = await insertPending(tx, lead, input, settings);
  await tx.start(returnApproval, asked.id);
  await tx.publish(returnRequested, { returnId: asked.id, leadId: asked.lead_id, accountId: asked.account_id });
  await tx.audit('returns.requested', null, { returnId: asked.id, leadId: asked.lead_id, reason: asked.reason });
  return asked;
}

/** Whose a return of this lead would be, as the rules of rights read it. */
export const ownersOf = (lead: DeliveredLead) => ({
  account_id: lead.accountId,
  bill_group_id: lead.billGroupId,
  member_id: lead.memberId,
});

function demandKnownReason(settings: ReturnSettings, reason: string): void {
  if (!settings.reasons.includes(reason)) throw new InvalidInput({ reason: { key: 'returns.problem.reason-unknown' } });
}

/** Asked of the order as it is now: staff may just have changed it. */
async function demandReturnsAccepted(tx: Tx, { deliveryId, orderNumber }: DeliveredLead): Promise<void> {
  const delivery = await tx.row<{ accepts_returns: boolean }>(
    sql`select accepts_returns from leads.lead_delivery_v1 where tenant_id = ${tx.ctx.tenant.id} and id = ${deliveryId}`,
  );
  if (!delivery?.accepts_returns) throw new ReturnsNotAccepted({ order: orderNumber });
}

function demandOpenWindow(ctx: Ctx, lead: DeliveredLead, settings: ReturnSettings): void {
  const closedAt = windowClosesAt(lead.deliveredAt, settings.windowHours);
  if (ctx.clock.now() > closedAt) throw new ReturnWindowClosed({ closedAt });
}

/** Requests against one order go one after the other: the order's row belongs to leads, so its id is what is locked. */
const lockReturnsOfOrder = async (tx: Tx, orderId: Id): Promise<void> => {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`returns:${tx.ctx.tenant.id}:${orderId}`}, 0))`);
};

async function demandNoOpenReturn(tx: Tx, lead: DeliveredLead): Promise<void> {
  if (await hasOpenReturn(tx, lead.deliveryId)) throw new AlreadyReturned();
}

/** The cap belongs to the lead's own cycle, which is its order: Pending and Approved count, Denied and withdrawn do not. */
async function demandRoomUnderCap(tx: Tx, lead: DeliveredLead, settings: ReturnSettings): Promise<void> {
  const { delivered, open } = await countOfOrder(tx, lead.orderId);
  const cap = returnCap(delivered, settings.capPercent);
  if (open >= cap) throw new ReturnCapReached({ cap, delivered });
}

/** What the business promises today is what this return is decided by: later changes of settings leave it alone. */
function insertPending(tx: Tx, lead: DeliveredLead, input: Parameters<typeof openReturn>[2], settings: ReturnSettings): Promise<LeadReturn> {
  const now = tx.ctx.clock.now();
  return tx
    .query(LeadReturn)
    .insertAndFetch({
      id: tx.ctx.newId(),
      lead_id: lead.leadId,
      delivery_id: lead.deliveryId,
      order_id: lead.orderId,
      ...ownersOf(lead),
      requested_by: input.requestedBy,
      reason: input.reason,
      note: input.note,
      requested_at: now,
      delivered_at: lead.deliveredAt,
      decide_by: hoursAfter(now, settings.decisionHours),
      at_deadline: settings.atDeadline === 'approve' ? 'approved' : 'denied',
    })
    .execute();
}
