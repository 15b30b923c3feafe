import type { Account } from '../store/account.ts';
import type { Kind } from '../store/records.ts';
import type { Parameters } from './form-body.ts';
import { list } from './parameters.ts';
import { render } from './render.ts';
import { invalid, StripeError } from './stripe-error.ts';

/** Which fields of which objects hold the id of another. */
const expandable: Record<string, Record<string, Kind>> = {
  payment_intent: { customer: 'customer', payment_method: 'payment_method', latest_charge: 'charge' },
  setup_intent: { customer: 'customer', payment_method: 'payment_method' },
  charge: { customer: 'customer', payment_intent: 'payment_intent' },
  refund: { charge: 'charge', payment_intent: 'payment_intent' },
  payment_method: { customer: 'customer' },
  customer_settings: { default_payment_method: 'payment_method' },
};

type Shown = Record<string, unknown>;

/** What a call wants expanded. @throws StripeError */
export const wantedExpansions = ({ expand }: Parameters): string[] => list(expand, 'expand') ?? [];

/** @throws StripeError, before anything is changed, unless an object of this kind has all these fields */
export function refuseUnexpandable(kind: Kind, wanted: string[]): void {
  for (const path of wanted) {
    let at: string = kind;
    for (const name of path.split('.')) {
      if (at === 'customer' && name === 'invoice_settings') at = 'customer_settings';
      else if (at === 'charge' && name === 'refunds') at = 'refund';
      else at = expandable[at]?.[name] ?? unexpandable(path);
    }
  }
}

function unexpandable(path: string): never {
  throw new StripeError(400, 'invalid_request_error', `This property cannot be expanded (${path}).`, { unbegun: true });
}

/** Puts objects in the place of their ids: `latest_charge`, `data.customer`, `latest_charge.payment_intent`. @throws StripeError for what cannot be expanded */
export function expand(shown: object, wanted: string[], account: Account): void {
  for (const path of wanted) {
    if (path.split('.').length > 4) throw invalid('You cannot expand more than 4 levels of a property.', 'expand');
    expandPath(shown as Shown, path.split('.'), account, path);
  }
}

function expandPath(shown: Shown, [name, ...rest]: string[], account: Account, path: string): void {
  if (shown.object === 'list' && name === 'data') {
    for (const one of shown.data as Shown[]) expandPath(one, rest, account, path);
    return;
  }
  if (shown.object === 'customer' && name === 'invoice_settings') return expandPath(shown.invoice_settings as Shown, rest, account, path);
  if (shown.object === 'charge' && name === 'refunds') return expandRefunds(shown, account);
  const kind = name && expandable[(shown.object as string | undefined) ?? 'customer_settings']?.[name];
  if (!name || !kind) return unexpandable(path);
  const value = shown[name];
  if (typeof value === 'string') shown[name] = render(kind, account[kind].get(value)!, account);
  if (rest.length > 0 && shown[name]) expandPath(shown[name] as Shown, rest, account, path);
}

function expandRefunds(charge: Shown, account: Account): void {
  const refunds = [...account.refund.newest(undefined, charge.id as string)];
  const data = refunds.slice(0, 10).map((row) => render('refund', row, account));
  charge.refunds = { object: 'list', data, has_more: refunds.length > 10, url: `/v1/charges/${charge.id as string}/refunds` };
}
