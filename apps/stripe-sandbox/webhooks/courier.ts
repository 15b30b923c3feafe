import { createHmac } from 'node:crypto';
import { Agent, request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { showEvent } from '../api/lists.ts';
import type { Fault, Faults } from '../control/faults.ts';
import type { Account } from '../store/account.ts';
import { Change } from '../store/change.ts';
import type { DeliveryRecord, EndpointRecord, EventRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';

const firstRepeatMs = 500;
const longestRepeatMs = 60_000;
/** Some three days at the longest pause, as Stripe repeats. */
const mostAttempts = 4_320;
const answerWithinMs = 20_000;
/** Deliveries to one endpoint at the same time. */
const sideBySide = 10;
/** A delivery that is to be late waits for one that overtakes it, but not for ever. */
const overtakenWithinMs = 3_000;

interface Lane {
  running: number;
  readonly waiting: (() => void)[];
  /** Deliveries that wait to be overtaken. */
  late: (() => void)[];
}

/** Brings events to endpoints, again and again until each was taken. */
export class Courier {
  readonly #store: Store;
  readonly #faults: Faults;
  readonly #lanes = new Map<string, Lane>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(store: Store, faults: Faults) {
    this.#store = store;
    this.#faults = faults;
    store.changed = ({ account, deliveries }) => this.#plan(account, deliveries);
    for (const account of store.accounts.values()) this.#plan(account, account.deliveries.values());
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#agent.destroy();
  }

  #plan(account: Account, deliveries: Iterable<DeliveryRecord>): void {
    for (const delivery of deliveries) {
      if (delivery.state !== 'pending') continue;
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          void this.#deliver(account, delivery).catch((failure: Error) => console.error(failure.stack));
        },
        Math.max(0, delivery.next - Date.now()),
      );
      this.#timers.add(timer);
    }
  }

  async #deliver(account: Account, delivery: DeliveryRecord): Promise<void> {
    // An event is told when what it tells is on disk: a crash must not take back what others know.
    await this.#store.settled();
    const endpoint = account.webhook_endpoint.get(delivery.endpoint);
    const event = account.events.get(delivery.event);
    if (!endpoint?.enabled || !event) return this.#note(account, { ...delivery, state: 'given up' });
    const lane = this.#lane(endpoint.id);
    if (lane.running >= sideBySide) await new Promise<void>((resolve) => lane.waiting.push(resolve));
    lane.running += 1;
    try {
      const fault = this.#faults.take('webhook', 'POST', new URL(endpoint.url).pathname, account.name, event.type);
      const status = await this.#attempt(account, endpoint, event, lane, fault);
      this.#note(account, afterAttempt(delivery, status));
    } finally {
      lane.running -= 1;
      lane.waiting.shift()?.();
    }
  }

  async #attempt(account: Account, endpoint: EndpointRecord, event: EventRecord, lane: Lane, fault: Fault | undefined): Promise<number> {
    if (fault?.do === 'hold') await this.#faults.hold(fault, `${event.type} ${event.id} to ${endpoint.url}`, null);
    if (fault?.do === 'delay') await pause(fault.ms);
    if (fault?.do === 'drop') return 0;
    if (fault?.do === 'reorder') await Promise.race([new Promise<void>((resolve) => lane.late.push(resolve)), pause(overtakenWithinMs)]);
    const status = await this.#send(account, endpoint, event);
    if (fault?.do === 'duplicate') await this.#send(account, endpoint, event);
    for (const overtaken of lane.late.splice(0)) overtaken();
    return fault?.do === '500' ? 500 : status;
  }

  /** Answers the status; 0 when nothing answered. */
  #send(account: Account, endpoint: EndpointRecord, event: EventRecord): Promise<number> {
    const body = JSON.stringify(showEvent(account, event));
    const url = new URL(endpoint.url);
    const isHttps = url.protocol === 'https:';
    return new Promise((resolve) => {
      const asked = (isHttps ? askHttps : askHttp)(
        {
          // Node does not look up names below localhost.
          host: url.hostname.endsWith('.localhost') ? '127.0.0.1' : url.hostname,
          port: url.port || undefined,
          path: url.pathname + url.search,
          method: 'POST',
          agent: isHttps ? undefined : this.#agent,
          timeout: answerWithinMs,
          headers: {
            host: url.host,
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Stripe/1.0 (+webhooks)',
            'stripe-signature': signature(endpoint.secret, body),
          },
        },
        (response) => {
          response.resume();
          response.once('end', () => resolve(response.statusCode ?? 0));
          response.once('error', () => resolve(0)); // cut off: as good as no answer
        },
      );
      asked.once('timeout', () => asked.destroy(new Error('no answer')));
      asked.once('error', () => resolve(0)); // nobody there: it is repeated
      asked.end(body);
    });
  }

  #lane(endpoint: string): Lane {
    const known = this.#lanes.get(endpoint);
    if (known) return known;
    const made: Lane = { running: 0, waiting: [], late: [] };
    this.#lanes.set(endpoint, made);
    return made;
  }

  #note(account: Account, delivery: DeliveryRecord): void {
    const change = new Change(account, { request: null, key: null });
    change.deliveries.push(delivery);
    this.#store.commit(change);
  }
}

function afterAttempt(delivery: DeliveryRecord, status: number): DeliveryRecord {
  const attempts = delivery.attempts + 1;
  const at = Date.now();
  if (status >= 200 && status < 300) return { ...delivery, state: 'delivered', attempts, status, at };
  if (attempts >= mostAttempts) return { ...delivery, state: 'given up', attempts, status, at };
  return { ...delivery, attempts, status, at, next: at + Math.min(longestRepeatMs, firstRepeatMs * 2 ** Math.min(delivery.attempts, 16)) };
}

/** Signed with the real time: who receives it compares it with their own clock, whatever the account's clock says. */
function signature(secret: string, body: string): string {
  const at = Math.floor(Date.now() / 1000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${body}`).digest('hex')}`;
}
