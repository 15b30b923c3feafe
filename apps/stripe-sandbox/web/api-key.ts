import { documentation } from '../api/documentation.ts';
import type { IncomingHttpHeaders } from 'node:http';
import { StripeError } from '../api/stripe-error.ts';

/** Whose key a call was made with. */
export interface ApiKey {
  readonly account: string;
  readonly publishable: boolean;
}

const form = /^(sk|pk)_test_([A-Za-z0-9_-]{1,80})$/;
const known = new Map<string, ApiKey>();
const mostKnown = 10_000;

/** Reads the key of a call: `Bearer` as the SDK sends it, or the name of Basic. @throws StripeError 401 */
export function readApiKey({ authorization }: IncomingHttpHeaders): ApiKey {
  const found = authorization === undefined ? undefined : known.get(authorization);
  if (found) return found;
  const given = authorization === undefined ? '' : keyIn(authorization);
  if (given === '')
    throw unauthorized(
      `You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See ${documentation}/api#authentication for details.`,
    );
  const [, kind, account] = form.exec(given) ?? [];
  if (account === undefined) throw unauthorized(`Invalid API Key provided: ${masked(given)}`);
  const key = { account, publishable: kind === 'pk' };
  if (known.size < mostKnown) known.set(authorization!, key);
  return key;
}

function keyIn(authorization: string): string {
  const [scheme = '', ...rest] = authorization.split(' ');
  const value = rest.join(' ');
  if (/^bearer$/i.test(scheme)) return value;
  return /^basic$/i.test(scheme) ? Buffer.from(value, 'base64').toString('utf8').split(':')[0]! : '';
}

const masked = (key: string): string => (key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`);

const unauthorized = (message: string): StripeError =>
  new StripeError(401, 'invalid_request_error', message, { headers: { 'www-authenticate': 'Bearer realm="Stripe"' }, unbegun: true });
