import { defineServer } from '@portico/kit/server';
import { tellDemo } from './demo/tell-demo.ts';
import { invoiceRoutes } from './invoice/invoice.routes.ts';
import { paymentRoutes } from './payment/payment.routes.ts';
import { planRoutes } from './plan/plan.routes.ts';
import { subscriptionRoutes } from './subscription/subscription.routes.ts';

export default defineServer({
  routes: [...planRoutes, ...subscriptionRoutes, ...invoiceRoutes, ...paymentRoutes],
  demo: tellDemo,
});
