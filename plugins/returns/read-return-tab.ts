import type { Id, Instant } from '@portico/kit';
import type { Ctx, ProcessTimeline, Tx } from '@portico/kit/server';
import { type DeliveredLead, leads } from '@portico/plugin-leads/api';
import { returnApproval } from '@portico/workflows/return-approval';
import { countOfOrder, returnOfSeenLead, type ReturnRow } from './lead-return.queries.ts';
import type { ReturnSettings } from './plugin.ts';
import { rightsOf, votesSeen } from './read-return.ts';
import { ownersOf } from './request-return.ts';
import { returnCap, windowClosesAt } from './return-window.ts';
import { areReturnsOff } from './returns-off.ts';

/** A return with what happened and what will happen. */
export interface FollowedReturn {
  readonly asked: ReturnRow;
  readonly timeline: ProcessTimeline;
  readonly mayWithdraw: boolean;
  readonly mayDecide: boolean;
}

/** What the tab Return of a lead shows. */
export interface ReturnTab {
  readonly leadId: Id;
  /** The latest return, if there was one. */
  readonly followed: FollowedReturn | null;
  /** The number of the order, when it takes nothing back. */
  readonly firmOrder: number | null;
  /** Until when it can be returned; null when its order takes nothing back. */
  readonly closesAt: Instant | null;
  readonly isOpen: boolean;
  /** The limit of its order, when as many leads of it as may come back are returned or wait for a decision. */
  readonly reachedCap: { readonly cap: number; readonly delivered: number } | null;
  /** Whether this person may return it now; the form is shown only then. */
  readonly mayRequest: boolean;
  readonly reasons: readonly string[];
  /** Hours in which the business promises a decision. */
  readonly decisionHours: number;
}

/** A return as pages follow it: with its timeline, what this person may do about it, and votes only for whoever may decide. */
export const followReturn = async (ctx: Ctx, asked: ReturnRow): Promise<FollowedReturn> => ({
  asked: { ...asked, votes: votesSeen(ctx, asked) ?? [] },
  timeline: await ctx.timeline(returnApproval, asked.id),
  mayWithdraw: asked.status === 'pending' && ctx.may('withdraw', 'LeadReturn', rightsOf(asked)),
  mayDecide: asked.status === 'pending' && ctx.may('decide', 'LeadReturn', rightsOf(asked)),
});

/**
 * The state of a lead's return for its page; undefined where there is nothing to say: the lead was never delivered here
 * or returns are off for the customer. An order that takes none back, among others that do, says so.
 */
export async function readReturnTab(ctx: Ctx, leadId: Id): Promise<ReturnTab | undefined> {
  const lead = await ctx.use(leads).deliveredLead(leadId);
  if (!lead) return undefined;
  const asked = await ctx.inTenant((tx) => returnOfSeenLead(tx, lead));
  if (!asked && !lead.acceptsReturns && (await ctx.inTenant((tx) => areReturnsOff(tx, [lead.accountId])))) return undefined;
  const settings = ctx.settings<ReturnSettings>();
  const closesAt = lead.acceptsReturns ? windowClosesAt(lead.deliveredAt, settings.windowHours) : null;
  const isOpen = closesAt !== null && ctx.clock.now() <= closesAt;
  const wouldAsk = isOpen && isFree(asked) && mayRequest(ctx, lead);
  const reachedCap = wouldAsk ? await ctx.inTenant((tx) => capReached(tx, lead.orderId, settings)) : null;
  return {
    leadId,
    followed: asked ? await followReturn(ctx, asked) : null,
    firmOrder: lead.acceptsReturns ? null : lead.orderNumber,
    closesAt,
    isOpen,
    reachedCap,
    mayRequest: wouldAsk && reachedCap === null,
    reasons: settings.reasons,
    decisionHours: settings.decisionHours,
  };
}

/** A denied or withdrawn return leaves the lead free to be returned again while the window is open (requirements 3.7). */
const isFree = (asked: ReturnRow | undefined): boolean => !asked || asked.status === 'denied' || asked.status === 'withdrawn';

/** The limit of an order's returns, if it is reached; the request asks again under lock. */
async function capReached(tx: Tx, orderId: Id, { capPercent }: ReturnSettings): Promise<ReturnTab['reachedCap']> {
  const { delivered, open } = await countOfOrder(tx, orderId);
  const cap = returnCap(delivered, capPercent);
  return open >= cap ? { cap, delivered } : null;
}

const mayRequest = (ctx: Ctx, lead: DeliveredLead): boolean => ctx.may('request', 'LeadReturn', ownersOf(lead));
