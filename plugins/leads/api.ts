/** What other plugins may use of leads. By SQL: the views `leads.lead_v1`, `leads.lead_delivery_v1`, `leads.lead_order_v1` and `leads.plan_lead_v1`. */
import { z } from 'zod';
import { defineEvent, defineFilter, definePluginApi, defineSlot, type Id, type Instant } from '@portico/kit';

/** A lead was given to an account against an order; the return window starts now. */
export const leadDelivered = defineEvent('leads.delivered', {
  payload: z.object({ leadId: z.uuid(), deliveryId: z.uuid(), orderId: z.uuid(), accountId: z.uuid() }),
  subject: (p) => p.leadId,
});

/** A lead was given to a member of its account. `assignedBy` is the user, or the key's user, who gave it. */
export const leadAssigned = defineEvent('leads.assigned', {
  payload: z.object({ leadId: z.uuid(), memberId: z.uuid(), assignedBy: z.uuid() }),
  subject: (p) => p.leadId,
});

/** A lead type has another name: for lists that are sorted by it. */
export const leadTypeRenamed = defineEvent('leads.type-renamed', { payload: z.object({ typeId: z.uuid() }), subject: (p) => p.typeId });

/** Tabs on the lead page, in the portal and in the console. */
export const leadTabs = defineSlot<{ leadId: Id }>()('leads.lead-tabs');

/** Facts shown on the lead page, as label and text. Plugins add theirs at the end; what leads put there must stay. */
export const leadFacts = defineFilter('leads.lead-facts', {
  value: z.object({ leadId: z.uuid(), facts: z.array(z.object({ label: z.string().max(200), text: z.string().max(2_000), at: z.string().optional() })) }),
  budgetMs: 500,
});

/** A lead as it was delivered, with the terms that its order gives it. */
export interface DeliveredLead {
  readonly leadId: Id;
  readonly deliveryId: Id;
  readonly orderId: Id;
  readonly orderNumber: number;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly memberId: Id | null;
  readonly name: string;
  readonly typeName: string;
  readonly town: string;
  readonly deliveredAt: Instant;
  readonly acceptsReturns: boolean;
}

/** A lead of the same person that an account was given before another one. */
export interface EarlierTwin {
  readonly leadId: Id;
  readonly deliveredAt: Instant;
}

/** What leads offers to other plugins. */
export interface LeadsApi {
  /** The delivery of a lead that the actor may see; undefined for any other, and for a lead that was never delivered. */
  deliveredLead(leadId: Id): Promise<DeliveredLead | undefined>;
  /** Whether a lead that the actor may see went to no order yet. */
  isUnmatched(leadId: Id): Promise<boolean>;
  /**
   * Gives the room of a delivery back to its order. `cause` is unique per business: repeating it changes nothing and
   * answers false. A closed order's figures change; it stays closed.
   */
  giveBack(deliveryId: Id, cause: Id): Promise<boolean>;
  /** Notes on the lead what became of its return, for lists. An older `seq` than the one noted changes nothing. */
  noteReturn(leadId: Id, state: 'pending' | 'approved' | 'denied' | null, seq: number): Promise<void>;
  /**
   * Leads of the same type and person that the same account was given before this one and that its orders still count,
   * received within the type's look-back of it, before or after; latest first. None for a lead that the actor may not see.
   */
  earlierTwins(leadId: Id): Promise<readonly EarlierTwin[]>;
}
export const leads = definePluginApi<LeadsApi>('leads');
