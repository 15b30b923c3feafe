import { defineServer, type Ctx } from '@portico/kit/server';
import { paymentGateway, type PaymentGateway } from '@portico/plugin-billing/api';
import { demoCard, demoSetUp } from './demo/demo-card.ts';
import { tellDemo } from './demo/tell-demo.ts';
import { charge, look } from './gateway/charge.ts';
import { beginToKeep, forgetMethod, readMethod } from './gateway/methods.ts';
import { callOff, entries, refund } from './gateway/refund.ts';
import { cardForm } from './gateway/card-form.ts';
import { answered } from './gateway/outcome.ts';
import { lookAtWhatWasHeard } from './webhook/look-at-what-was-heard.ts';
import { webhookRoute } from './webhook/take-webhook.ts';

const stripeGateway = (ctx: Ctx): PaymentGateway => ({
  cardForm: () => Promise.resolve(cardForm(ctx)),
  charge: (orders, settled) => charge(ctx, orders, settled),
  look: (order) => look(ctx, order),
  callOff: (order) => answered(() => callOff(ctx, order)),
  beginToKeep: (payer) => answered(() => beginToKeep(ctx, payer)),
  readMethod: (reference) => answered(() => readMethod(ctx, reference)),
  forgetMethod: (gatewayMethod) => answered(() => forgetMethod(ctx, gatewayMethod)),
  refund: (order) => answered(() => refund(ctx, order)),
  entries: (after) => answered(() => entries(ctx, after)),
  demoCard: () => Promise.resolve(demoCard(ctx)),
  demoSetUp: (clientSecret, declines) => demoSetUp(ctx, clientSecret, declines),
});

export default defineServer({
  routes: [webhookRoute],
  hooks: [paymentGateway.provide(stripeGateway), lookAtWhatWasHeard],
  demo: tellDemo,
});
