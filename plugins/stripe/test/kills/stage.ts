import { request } from 'node:http';
import { core as coreKey, sql } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anActiveSubscription, letAutoPay } from '@portico/plugin-billing/testing';
import type { Sandbox, TestBusiness, TestPortal } from '@portico/testing';
import Stripe from 'stripe';
import { CARDS, setUpCard } from '../type-card.ts';
import type { Place } from './kill-points.ts';

/** A business whose money is looked at after each kill. */
export interface Stage extends Place {
  readonly business: TestBusiness;
  readonly stripe: Stripe;
}

/** Where stages are opened. `database`: a connection that sees every business, and may lock rows. */
export interface Theatre {
  readonly portal: Pick<TestPortal, 'business'>;
  readonly sandbox: Sandbox;
  readonly database: string;
}

const SECRET = 'whsec_kills';

/** A business with two customers whose cards are good. */
export async function openStage(theatre: Theatre, account: string, webPort: number): Promise<Stage> {
  const stage = await openBusiness(theatre, account, webPort);
  for (const name of ['Good', 'Good too']) await aPayer(stage, name);
  return stage;
}

/** A customer with a plan of 100.00 a month, who pays it by a card like this one. */
export async function aPayer({ business, sandbox, account }: Stage, name: string, card: string = CARDS.good): Promise<{ readonly subscriptionId: string }> {
  const owner = await actingAsOwner(business);
  const customer = await aCustomer(business, name);
  const { subscriptionId } = await anActiveSubscription(owner, customer, { amount: 10_000 });
  await letAutoPay(owner, customer, (clientSecret) => setUpCard(sandbox, `pk_test_${account}`, card, clientSecret));
  return { subscriptionId };
}

/** A business that is connected to an account of its own, which hears of webhooks at this port. */
export async function openBusiness({ portal, sandbox, database }: Theatre, account: string, webPort: number): Promise<Stage> {
  const business = await portal.business(account);
  const stripe = new Stripe(`sk_test_${account}`, { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
  await sandbox.tell('POST', '/control/limits', { account, perSecond: null, perEndpoint: null });
  const keys = { publishableKey: `pk_test_${account}`, secretKey: `sk_test_${account}` };
  await business
    .systemCtx('core')
    .use(coreKey)
    .saveSettings('stripe', { ...keys, webhookSecret: SECRET });
  return {
    business,
    stripe,
    tenantId: business.tenant.id,
    account,
    sandbox,
    database,
    tellOfPayment: () => tellOfPayment(stripe, new URL(business.tenant.url).hostname, webPort),
  };
}

async function tellOfPayment(stripe: Stripe, hostname: string, port: number): Promise<void> {
  const [event] = (await stripe.events.list({ type: 'payment_intent.succeeded', limit: 1 })).data;
  const payload = JSON.stringify(event);
  const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET });
  const headers = { host: `${hostname}:${port}`, 'content-type': 'application/json', 'stripe-signature': signature };
  const asked = request({ host: '127.0.0.1', port, path: '/api/v1/stripe/webhooks', method: 'POST', headers });
  asked.once('error', () => undefined); // the process that is asked is killed meanwhile
  asked.end(payload);
}
/** Nothing is under way any more, and nothing is due. */
export async function isQuiet({ business }: Stage): Promise<boolean> {
  const owner = await actingAsOwner(business);
  const row = await owner.inTenant((tx) =>
    tx.row<{ busy: number }>(sql`select (select count(*) from billing.renewal_batches where finished_at is null)::int
      + (select count(*) from billing.payment_attempts where is_live)::int
      + (select count(*) from billing.subscriptions where state = 'active' and renews_at <= ${owner.clock.now()}::timestamptz)::int as busy`),
  );
  return row!.busy === 0;
}

/** The charges, good ones and others, that an account has by now. */
export const countCharges = async (sandbox: Sandbox, account: string): Promise<number> => {
  const { accounts } = await sandbox.tell<{ accounts: { charges: unknown[] }[] }>('GET', `/control/state?account=${account}&kind=charge`);
  return accounts[0]?.charges.length ?? 0;
};

/** What the gateway did, beside what the books say. */
export interface Books {
  /** Invoices of renewals, by how often they were charged at the gateway. */
  readonly chargedOnce: number;
  readonly chargedElse: number;
  readonly atGateway: number;
  readonly inLedger: number;
  /** Payments by card of which the customer was not told exactly once. */
  readonly toldElse: number;
}

/** What the gateway did, against what the books say. */
export async function booksOf({ business, stripe }: Stage): Promise<Books> {
  const owner = await actingAsOwner(business);
  const charges: Stripe.Charge[] = [];
  for await (const charge of stripe.charges.list({ limit: 100, expand: ['data.payment_intent'] })) if (charge.status === 'succeeded') charges.push(charge);
  const { invoices, ledger, told } = await owner.inTenant(async (tx) => ({
    invoices: await tx.rows<{
      attempts: string[];
    }>(sql`select coalesce((select jsonb_agg(l.attempt_id) from billing.attempt_invoices l where l.invoice_id = i.id), '[]') as attempts
      from billing.billing_periods p join billing.invoices i on i.id = p.invoice_id where p.batch_id is not null`),
    ledger: await tx.row<{
      sum: number;
    }>(sql`select coalesce(sum(case 'card' when debit then amount_minor when credit then -amount_minor end), 0)::bigint as sum
      from billing.ledger_transfers where debit = 'card' or credit = 'card'`),
    told: await tx.row<{ wrong: number }>(sql`select count(*)::int as wrong from billing.payments p where p.road = 'card' and 1 <>
      (select count(*) from portico.mails where template = 'receipt' and data->>'paymentNumber' = p.number::text)`),
  }));
  const byAttempt = new Map<string, number>();
  for (const { payment_intent: intent } of charges) {
    const attempt = (intent as Stripe.PaymentIntent).metadata['attempt']!;
    byAttempt.set(attempt, (byAttempt.get(attempt) ?? 0) + 1);
  }
  const times = (attempts: readonly string[]): number => attempts.reduce((sum, attempt) => sum + (byAttempt.get(attempt) ?? 0), 0);
  return {
    chargedOnce: invoices.filter(({ attempts }) => times(attempts) === 1).length,
    chargedElse: invoices.filter(({ attempts }) => times(attempts) !== 1).length,
    atGateway: charges.reduce((sum, { amount_captured: amount }) => sum + amount, 0),
    inLedger: ledger!.sum,
    toldElse: told!.wrong,
  };
}
