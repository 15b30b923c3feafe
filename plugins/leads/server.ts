import { defineServer, userRenamed, zoneChanged } from '@portico/kit/server';
import { periodPaid } from '@portico/plugin-billing/api';
import { leadAssigned, leadDelivered, leadTypeRenamed, type LeadsApi } from './api.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { tellPlans } from './demo/tell-plans.ts';
import { deliveredLead, isUnmatched } from './lead/delivered-lead.ts';
import { earlierTwins } from './lead/earlier-twins.ts';
import { followRename } from './lead/follow-rename.ts';
import { giveBackLead } from './lead/give-back-lead.ts';
import { leadRoutes } from './lead/lead.routes.ts';
import { noteReturn } from './lead/note-return.ts';
import { tellAboutNewLead } from './notification/tell-about-new-lead.ts';
import { tellAssignee } from './notification/tell-assignee.ts';
import { bookOrderPayments } from './order/book-order-payments.ts';
import { followZone } from './order/follow-zone.ts';
import { orderRoutes } from './order/order.routes.ts';
import { openPlanOrders } from './plan/open-plan-orders.ts';
import { planLeadRoutes } from './plan/plan-leads.routes.ts';
import { leaveTheQueue } from './queue/leave-the-queue.ts';
import { queueRoutes } from './queue/queue.routes.ts';
import { openPaidRenewal } from './renewal/open-paid-renewal.ts';
import { orderRenewalWork } from './renewal/order-renewal-work.ts';
import { knownSources } from './source/create-source-key.ts';
import { sourceRoutes } from './source/lead-source.routes.ts';
import { followTypeRename } from './type/follow-type-rename.ts';
import { typeRoutes } from './type/lead-type.routes.ts';

export default defineServer({
  routes: [...leadRoutes, ...orderRoutes, ...planLeadRoutes, ...queueRoutes, ...typeRoutes, ...sourceRoutes],
  hooks: [
    leadDelivered.react(tellAboutNewLead),
    leadAssigned.react(tellAssignee),
    userRenamed.react(followRename),
    zoneChanged.react(followZone),
    leadTypeRenamed.react(followTypeRename),
    // most plans include no leads: their periods are not even told
    periodPaid.reactToMany(
      (ctx, events) =>
        openPlanOrders(
          ctx,
          events.map(({ payload }) => payload),
        ),
      { keeps: { table: 'plan_leads', column: 'plan_id', id: ({ planId }) => planId } },
    ),
    openPaidRenewal,
    leaveTheQueue,
    knownSources,
  ],
  processes: [orderRenewalWork, bookOrderPayments],
  demo: tellDemo,
  demoAfter: tellPlans,
  offers: (ctx): LeadsApi => ({
    deliveredLead: (leadId) => deliveredLead(ctx, leadId),
    isUnmatched: (leadId) => isUnmatched(ctx, leadId),
    giveBack: (deliveryId, cause) => giveBackLead(ctx, deliveryId, cause),
    noteReturn: (leadId, state, seq) => noteReturn(ctx, leadId, state, seq),
    earlierTwins: (leadId) => earlierTwins(ctx, leadId),
  }),
});
