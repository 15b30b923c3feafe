import { defineServer } from '@portico/kit/server';
import type { BillingApi } from './api.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { invoiceRoutes } from './invoice/invoice.routes.ts';
import { lookAgain } from './payment/look-again.ts';
import { paymentRoutes } from './payment/payment.routes.ts';
import { planRoutes } from './plan/plan.routes.ts';
import { subscriptionRoutes } from './subscription/subscription.routes.ts';
import { termsRoutes } from './terms/terms.routes.ts';

export default defineServer({
  routes: [...planRoutes, ...subscriptionRoutes, ...invoiceRoutes, ...paymentRoutes, ...termsRoutes],
  demo: tellDemo,
  offers: (ctx): BillingApi => ({
    lookAgain: async ({ attemptId }) => {
      if (attemptId) await lookAgain(ctx, attemptId);
    },
  }),
});
