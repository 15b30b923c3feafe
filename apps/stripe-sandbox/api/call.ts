import type { Account } from '../store/account.ts';
import type { Change } from '../store/change.ts';
import type { AnyRecord, Kind, RecordOf } from '../store/records.ts';
import type { Parameters } from './form-body.ts';
import { missing, StripeError } from './stripe-error.ts';

/** One call of the API, authenticated and routed. */
export interface Call {
  readonly account: Account;
  readonly change: Change;
  readonly parameters: Parameters;
  /** The id in the path; empty when there is none. */
  readonly id: string;
  /** Made with a publishable key, by the card element: it may do little, and must know the intent's secret. */
  readonly publishable: boolean;
}

/** The answer of a call: an object, or something that is none, or an error that leaves what was changed. */
export type Answer = Shown | { readonly value: unknown } | StripeError;

export interface Shown {
  readonly kind: Kind;
  readonly record: AnyRecord;
  /** Fields that are told in this answer alone. */
  readonly once?: Readonly<Record<string, unknown>>;
}

export const show = <K extends Kind>(kind: K, record: RecordOf[K], once?: Shown['once']): Shown => ({ kind, record, once });

/** The object of the path. @throws StripeError 404 */
export function ofPath<K extends Kind>(kind: K, { change, id }: Call): RecordOf[K] {
  const found = change.get(kind, id);
  if (!found) throw missing(kind, id);
  return found;
}

/** The intent of the path, for who may see it. @throws StripeError 404; 401 for a publishable key without its secret */
export function intentOfPath<K extends 'payment_intent' | 'setup_intent'>(kind: K, call: Call, secret: string | undefined): RecordOf[K] {
  const found = ofPath(kind, call);
  if (call.publishable && secret !== found.secret)
    throw new StripeError(
      400,
      'invalid_request_error',
      `The client_secret provided does not match any associated ${kind === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent'} on this account. Ensure the publishable key used belongs to the same account that created it.`,
      {
        param: 'client_secret',
        code: `${kind}_invalid_parameter`,
        unbegun: true,
      },
    );
  return found;
}
