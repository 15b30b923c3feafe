import type { Sandbox } from '@portico/testing';

/** What the card fields do in a browser: the number goes to the gateway's own origin, and the page gets a method's name. */
export async function typeCard(sandbox: Sandbox, publishableKey: string, number: string): Promise<string> {
  const body = new URLSearchParams({ type: 'card', 'card[number]': number, 'card[exp_month]': '12', 'card[exp_year]': '2034', 'card[cvc]': '123' });
  const answer = await fetch(`${sandbox.base}/v1/payment_methods`, { method: 'POST', headers: { authorization: `Bearer ${publishableKey}` }, body });
  const made = (await answer.json()) as { id?: string; error?: { message: string } };
  if (!made.id) throw new Error(made.error?.message ?? `the card was refused with ${answer.status}`);
  return made.id;
}

/** What the card fields do with a set-up: the card is attached to its customer, and the set-up's name comes back. */
export async function setUpCard(sandbox: Sandbox, publishableKey: string, number: string, clientSecret: string): Promise<string> {
  const method = await typeCard(sandbox, publishableKey, number);
  const [setup] = clientSecret.split('_secret');
  const body = new URLSearchParams({ client_secret: clientSecret, payment_method: method });
  const answer = await fetch(`${sandbox.base}/v1/setup_intents/${setup}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${publishableKey}` },
    body,
  });
  if (!answer.ok) throw new Error(await answer.text());
  return setup!;
}

/** Published test cards, by what becomes of them. */
export const CARDS = {
  good: '4242424242424242',
  declined: '4000000000000002',
  insufficient: '4000000000009995',
  lost: '4000000000009987',
  expired: '4000000000000069',
  asksAlways: '4000002760003184',
  staysProcessing: '4000000000007007',
  refundWaits: '4000000000007726',
  refundFails: '4000000000005126',
  declinesLater: '4000000000000341',
} as const;
