import { Collection } from './collection.ts';
import type {
  ChargeRecord,
  CustomerRecord,
  DeliveryRecord,
  EndpointRecord,
  EventRecord,
  IntentRecord,
  KeptAnswer,
  Kind,
  MethodRecord,
  RecordOf,
  RefundRecord,
  SetupRecord,
} from './records.ts';

/** Calls a second, to all endpoints together and to each; null: as many as come. */
export interface Limits {
  readonly perSecond: number | null;
  readonly perEndpoint: number | null;
}

export const usualLimits: Limits = { perSecond: 100, perEndpoint: 25 };

/** Stripe forgets keys after a day. */
const keyLifeSeconds = 24 * 60 * 60;
/** What is only looked at must not grow for ever: the oldest goes. */
const mostEvents = 300_000;
const mostFinishedDeliveries = 2_000;

/** Everything of one account, in memory; the journal holds the same. */
export class Account {
  readonly name: string;
  readonly customer = new Collection<CustomerRecord>();
  readonly payment_method = new Collection<MethodRecord>((row) => row.customer);
  readonly payment_intent = new Collection<IntentRecord>((row) => row.customer);
  readonly setup_intent = new Collection<SetupRecord>((row) => row.customer);
  readonly charge = new Collection<ChargeRecord>((row) => row.customer);
  readonly chargesOfIntent = new Map<string, string[]>();
  readonly refund = new Collection<RefundRecord>((row) => row.charge);
  readonly webhook_endpoint = new Collection<EndpointRecord>();
  readonly events = new Collection<EventRecord>();
  readonly deliveries = new Collection<DeliveryRecord>((row) => row.endpoint);
  readonly keys = new Map<string, KeptAnswer>();
  /** Keys whose first call has not been answered yet. */
  readonly keysInUse = new Set<string>();
  /** What attached cards are treated like from now on, by the id of the payment method; see control. */
  readonly treatedLike = new Map<string, string>();
  /** Seconds that its clock is ahead of this machine's. */
  ahead = 0;
  limits: Limits;
  readonly #finished: string[] = [];

  constructor(name: string, limits: Limits) {
    this.name = name;
    this.limits = limits;
  }

  /** Epoch seconds of the account's own clock. */
  now(): number {
    return Math.floor(Date.now() / 1000) + this.ahead;
  }

  put<K extends Kind>(kind: K, record: RecordOf[K]): void {
    if (kind === 'charge') this.#noteCharge(record as ChargeRecord);
    (this[kind] as unknown as Collection<RecordOf[K]>).put(record);
  }

  addEvent(event: EventRecord): void {
    this.events.put(event);
    if (this.events.size <= mostEvents) return;
    for (const oldest of this.events.values()) return this.events.remove(oldest.id);
  }

  putDelivery(delivery: DeliveryRecord): void {
    this.deliveries.put(delivery);
    if (delivery.state === 'pending') return;
    this.#finished.push(delivery.id);
    if (this.#finished.length > mostFinishedDeliveries) this.deliveries.remove(this.#finished.shift()!);
  }

  /** The kept answer of a key, unless it is forgotten by now. */
  answerOf(key: string): KeptAnswer | undefined {
    const kept = this.keys.get(key);
    return kept && this.now() - kept.at < keyLifeSeconds ? kept : undefined;
  }

  keep(answer: KeptAnswer): void {
    this.keys.delete(answer.key); // a key that comes again after a day is the newest one
    this.keys.set(answer.key, answer);
    const forgotten = this.now() - keyLifeSeconds;
    for (const [key, { at }] of this.keys) {
      if (at > forgotten) return;
      this.keys.delete(key);
    }
  }

  #noteCharge(charge: ChargeRecord): void {
    if (this.charge.get(charge.id)) return;
    const known = this.chargesOfIntent.get(charge.intent);
    if (known) known.push(charge.id);
    else this.chargesOfIntent.set(charge.intent, [charge.id]);
  }
}
