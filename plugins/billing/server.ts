import { defineServer } from '@portico/kit/server';
import type { BillingApi } from './api.ts';
import { cancellationRoutes } from './cancellation/cancellation.routes.ts';
import { cancellationWork } from './cancellation/cancellation-work.ts';
import { endWithCancellation } from './cancellation/end-subscription.ts';
import { collectionRoutes } from './collection/collection.routes.ts';
import { collectionWork } from './collection/collection-work.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { invoiceFor } from './invoice/invoice-for.ts';
import { invoiceRoutes } from './invoice/invoice.routes.ts';
import { followRefund, refundFollowUpWork } from './payment/follow-refund.ts';
import { bookReceived, takeBackReceived } from './payment/book-received.ts';
import { invitePayer } from './payment/invite-payer.ts';
import { keepWantedCard } from './payment/keep-paid-card.ts';
import { lookAgain } from './payment/look-again.ts';
import { paymentRoutes } from './payment/payment.routes.ts';
import { paidPeriods } from './subscription/subscription.queries.ts';
import { planNames } from './plan/plan.queries.ts';
import { planRoutes } from './plan/plan.routes.ts';
import { reconciliationRoutes } from './reconciliation/reconciliation.routes.ts';
import { renewalRoutes } from './renewal/renewal.routes.ts';
import { renewalWork } from './renewal/renewal-work.ts';
import { subscriptionRoutes } from './subscription/subscription.routes.ts';
import { termsRoutes } from './terms/terms.routes.ts';

export default defineServer({
  routes: [
    ...planRoutes,
    ...subscriptionRoutes,
    ...invoiceRoutes,
    ...paymentRoutes,
    ...termsRoutes,
    ...cancellationRoutes,
    ...collectionRoutes,
    ...renewalRoutes,
    ...reconciliationRoutes,
  ],
  hooks: [endWithCancellation, invitePayer, keepWantedCard],
  processes: [renewalWork, cancellationWork, collectionWork, refundFollowUpWork],
  demo: tellDemo,
  demoLast: true,
  offers: (ctx): BillingApi => ({
    lookAgain: async ({ attemptId, refundId }) => {
      if (attemptId) await lookAgain(ctx, attemptId);
      if (refundId) await followRefund(ctx, refundId);
    },
    bookReceived: (received) => bookReceived(ctx, received),
    takeBackReceived: (taken) => takeBackReceived(ctx, taken),
    invoiceFor: (charge) => invoiceFor(ctx, charge),
    paidPeriods: () => ctx.inTenant((tx) => paidPeriods(tx)),
    planNames: () => ctx.inTenant((tx) => planNames(tx)),
  }),
});
