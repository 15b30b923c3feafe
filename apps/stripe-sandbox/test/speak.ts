import Stripe from 'stripe';
import type { Sandbox } from '@portico/testing';

/** The official SDK, as a product would use it, for an account of the sandbox. */
export const sdk = ({ at }: Pick<Sandbox, 'at'>, account: string): Stripe => new Stripe(`sk_test_${account}`, { ...at, maxNetworkRetries: 0 });

/** What a call is refused with; throws when it succeeds. */
export async function refusal(call: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  const answer = await call.catch((failure: unknown) => failure);
  if (answer instanceof Stripe.errors.StripeError) return answer;
  throw new Error(`It was not refused: ${JSON.stringify(answer).slice(0, 200)}`);
}

/** A call over plain HTTP: what the SDK would not send. */
export async function ask(
  { base }: Pick<Sandbox, 'base'>,
  method: string,
  path: string,
  { key = 'sk_test_plain', form, headers = {} }: { key?: string | null; form?: Record<string, string>; headers?: Record<string, string> } = {},
): Promise<{ status: number; headers: Headers; json: Record<string, any> }> {
  const answer = await fetch(base + path, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    ...(form ? { body: new URLSearchParams(form) } : {}),
  });
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Record<string, any> };
}

/** Calls again until the answer is one. */
export async function until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>, ms = 8_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`It did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
