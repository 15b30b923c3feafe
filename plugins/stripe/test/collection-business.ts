import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anActiveSubscription, letAutoPay } from '@portico/plugin-billing/testing';
import type { Sandbox, TestBusiness, TestPortal } from '@portico/testing';
import Stripe from 'stripe';
import { CARDS, setUpCard } from './type-card.ts';

/** A business that is connected to the stand-in, with a customer whose plan renews by auto-pay. */
export interface CollectingBusiness {
  readonly business: TestBusiness;
  readonly owner: Ctx;
  readonly customer: TestCustomer;
  readonly subscriptionId: string;
  readonly stripe: Stripe;
  /** Sets a card of this number up with a secret of the gateway, as the card fields do. */
  readonly cardOf: (number: string) => (clientSecret: string) => Promise<string>;
  /** From now on the bank treats the card that the customer began with like this one. */
  readonly treatLike: (like: string) => Promise<void>;
  /** The invoice of the period that was billed last, and its collection. */
  readonly latest: () => Promise<LatestInvoice>;
  /** The charges that came in, or not, by the gateway, oldest first. */
  readonly charges: () => Promise<readonly { readonly amount: number; readonly status: string }[]>;
}

/** How the latest invoice and its collection stand. */
export interface LatestInvoice {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly collectionId: string | null;
  readonly collection: string | null;
  readonly ended: string | null;
  readonly failures: number | null;
  readonly subscription: string;
}

/** Makes one of this name, with settings of billing beside the usual; its amount tells its charges from those of others. */
export async function aCollectingBusiness(
  { portal, sandbox }: { readonly portal: TestPortal; readonly sandbox: Sandbox },
  name: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<CollectingBusiness> {
  const business = await portal.business(name);
  const core = business.systemCtx('core').use(coreKey);
  await core.saveSettings('stripe', { publishableKey: `pk_test_${name}`, secretKey: `sk_test_${name}` });
  if (Object.keys(settings).length > 0) await core.saveSettings('billing', { ...settings });
  const stripe = new Stripe(`sk_test_${name}`, { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
  const owner = await actingAsOwner(business);
  const customer = await aCustomer(business, 'Harbor Roofing');
  const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 19_900 });
  const cardOf = (number: string) => (clientSecret: string) => setUpCard(sandbox, `pk_test_${name}`, number, clientSecret);
  await letAutoPay(owner, customer, cardOf(CARDS.good));
  const kept = await owner.inTenant((tx) => tx.row<{ gateway_method: string }>(sql`select gateway_method from billing.payment_methods limit 1`));
  return {
    business,
    owner,
    customer,
    subscriptionId,
    stripe,
    cardOf,
    treatLike: async (like) => void (await sandbox.tell('POST', '/control/cards', { account: name, payment_method: kept!.gateway_method, like })),
    latest: async () =>
      (await owner.inTenant((tx) =>
        tx.row<LatestInvoice>(sql`select i.id, i.number, i.state, c.id as "collectionId", c.state as collection, c.ended_because as ended, c.failures, s.state as subscription
        from billing.invoices i join billing.subscriptions s on s.id = i.subscription_id
        left join billing.collections c on c.invoice_id = i.id where i.subscription_id = ${subscriptionId} order by i.number desc, c.id desc limit 1`),
      ))!,
    charges: async () =>
      (await stripe.charges.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })).map(({ amount, status }) => ({ amount, status })).toReversed(),
  };
}
