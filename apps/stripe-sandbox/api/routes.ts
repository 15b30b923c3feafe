import type { Answer, Call } from './call.ts';
import { retrieveCharge } from './charges.ts';
import { createCustomer, retrieveCustomer, updateCustomer } from './customers.ts';
import { listCharges, listCustomers, listEvents, listPaymentIntents, listPaymentMethods, listRefunds, listWebhookEndpoints, retrieveEvent } from './lists.ts';
import { cancelPaymentIntent, confirmPaymentIntent, createPaymentIntent, retrievePaymentIntent, updatePaymentIntent } from './payment-intents.ts';
import { attachPaymentMethod, createPaymentMethod, detachPaymentMethod, retrievePaymentMethod } from './payment-methods.ts';
import { createRefund, retrieveRefund } from './refunds.ts';
import { cancelSetupIntent, confirmSetupIntent, createSetupIntent, retrieveSetupIntent } from './setup-intents.ts';
import { createWebhookEndpoint, deleteWebhookEndpoint, retrieveWebhookEndpoint, updateWebhookEndpoint } from './webhook-endpoints.ts';

/** A call that the sandbox knows. */
export interface Route {
  /** Method and path, as Stripe writes them: also what a limit for each endpoint counts by. */
  readonly name: string;
  readonly run: (call: Call) => Answer;
  /** A publishable key may make it. */
  readonly public: boolean;
}

const all: [name: string, run: Route['run'], open?: 'public'][] = [
  ['POST /v1/customers', createCustomer],
  ['GET /v1/customers', listCustomers],
  ['GET /v1/customers/:id', retrieveCustomer],
  ['POST /v1/customers/:id', updateCustomer],
  ['GET /v1/customers/:id/payment_methods', listPaymentMethods],
  ['POST /v1/payment_methods', createPaymentMethod, 'public'],
  ['GET /v1/payment_methods', listPaymentMethods],
  ['GET /v1/payment_methods/:id', retrievePaymentMethod],
  ['POST /v1/payment_methods/:id/attach', attachPaymentMethod],
  ['POST /v1/payment_methods/:id/detach', detachPaymentMethod],
  ['POST /v1/setup_intents', createSetupIntent],
  ['GET /v1/setup_intents/:id', retrieveSetupIntent, 'public'],
  ['POST /v1/setup_intents/:id/confirm', confirmSetupIntent, 'public'],
  ['POST /v1/setup_intents/:id/cancel', cancelSetupIntent],
  ['POST /v1/payment_intents', createPaymentIntent],
  ['GET /v1/payment_intents', listPaymentIntents],
  ['GET /v1/payment_intents/:id', retrievePaymentIntent, 'public'],
  ['POST /v1/payment_intents/:id', updatePaymentIntent],
  ['POST /v1/payment_intents/:id/confirm', confirmPaymentIntent, 'public'],
  ['POST /v1/payment_intents/:id/cancel', cancelPaymentIntent],
  ['GET /v1/charges', listCharges],
  ['GET /v1/charges/:id', retrieveCharge],
  ['POST /v1/refunds', createRefund],
  ['GET /v1/refunds', listRefunds],
  ['GET /v1/refunds/:id', retrieveRefund],
  ['GET /v1/events', listEvents],
  ['GET /v1/events/:id', retrieveEvent],
  ['POST /v1/webhook_endpoints', createWebhookEndpoint],
  ['GET /v1/webhook_endpoints', listWebhookEndpoints],
  ['GET /v1/webhook_endpoints/:id', retrieveWebhookEndpoint],
  ['POST /v1/webhook_endpoints/:id', updateWebhookEndpoint],
  ['DELETE /v1/webhook_endpoints/:id', deleteWebhookEndpoint],
];

const routes = new Map<string, Route>(all.map(([name, run, open]) => [name, { name, run, public: open === 'public' }]));

/** The route of a call, and the id in its path; undefined for a path that the sandbox does not have. */
export function findRoute(method: string, path: string): { route: Route; id: string } | undefined {
  const [, version, resource, id, action, more] = path.split('/');
  if (more !== undefined || id === '') return undefined;
  const name = `${method} /${version}/${resource}${id === undefined ? '' : '/:id'}${action === undefined ? '' : `/${action}`}`;
  const route = routes.get(name);
  return route && { route, id: id ?? '' };
}
