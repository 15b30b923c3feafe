import { core as coreKey } from '@portico/kit/server';
import { aCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anActiveSubscription, letAutoPay } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal } from '@portico/testing';
import { afterAll, expect, it } from 'vitest';
import { CARDS, setUpCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({
  environment: { ...sandbox.env, PORTICO_STRIPE_CALLS_PER_SECOND: '40', PORTICO_STRIPE_CALLS_PER_ENDPOINT: '20' },
});
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

it('a run of many charges stays within what the account may call: nothing is refused, and everything is charged (line 9)', async () => {
  const business = await portal.business('paced');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_paced', secretKey: 'sk_test_paced' });
  const owner = await actingAsOwner(business);
  const customer = await aCustomer(business, 'Many Plans');
  for (let at = 0; at < 60; at += 1) await anActiveSubscription(owner, customer, { amount: 1_000 + at });
  await letAutoPay(owner, customer, (secret) => setUpCard(sandbox, 'pk_test_paced', CARDS.good, secret));
  // less than a second's worth is left over for bursts: an account that calls as fast as it can is refused at once
  await sandbox.tell('POST', '/control/limits', { account: 'paced', perSecond: 40, perEndpoint: 20 });
  await business.advance('P32D');
  await business.settleProcesses();
  const calls = await sandbox.tell<{ path: string; status: number | null }[]>('GET', '/control/requests?account=paced');
  expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  const confirmed = calls.filter(({ path, status }) => path.endsWith('/confirm') && path.includes('payment_intents') && status === 200);
  expect(confirmed).toHaveLength(60);
});
