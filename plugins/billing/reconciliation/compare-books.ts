import type { Id, Instant } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';
import { paymentGateway, type GatewayEntry, type PaymentGateway } from '../api.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import type { Amount } from '../plan/plan.queries.ts';
import { differencesOf, type BookDifference, type BookedTry } from './book-difference.ts';
import { bookedTries, cardPayments, newestPayment, transfersOfNobody } from './booked.queries.ts';

/** How books and gateway stand to each other. */
export interface BookComparison {
  readonly at: Instant;
  /** The first differences; `differs` says how many there are. */
  readonly data: readonly BookDifference[];
  readonly differs: number;
  /** Charges that were looked at. */
  readonly charges: number;
  /** There are more charges than were looked at: what only the books have was not looked for. */
  readonly isPartial: boolean;
  /** For each currency what came in by card, less what went back. */
  readonly totals: readonly { readonly books: Amount; readonly gateway: Amount }[];
}

const MOST_SHOWN = 200;
/** So many pages of a hundred charges are looked at, unless told otherwise: as long as a person waits for. */
const MOST_PAGES = 400;

/**
 * Compares what the gateway has charged with the ledger, charge by charge and to the cent, both ways. Changes nothing. What is
 * held meanwhile is a page of each and one bit for each payment. Undefined while no gateway is connected.
 */
export async function compareBooks(ctx: Ctx, mostPages = MOST_PAGES): Promise<BookComparison | undefined> {
  ctx.demand('manage', 'Payment');
  if (!(await cardFormOf(ctx))) return undefined;
  const upTo = await newestPayment(ctx);
  const walk = new Walk(upTo);
  let after: string | undefined;
  let pages = 0;
  do {
    const page = await judgePage(ctx, walk, after);
    after = page.next;
    pages += 1;
  } while (after !== undefined && pages < mostPages);
  const isPartial = after !== undefined;
  if (!isPartial) await lookForTheRest(ctx, walk, upTo);
  return { at: ctx.clock.now(), data: walk.shown, differs: walk.differs, charges: walk.charges, isPartial, totals: walk.totals() };
}

/** What is known so far. */
class Walk {
  readonly shown: BookDifference[] = [];
  differs = 0;
  charges = 0;
  readonly #seen: Uint8Array;
  readonly #sums = new Map<string, { books: number; gateway: number }>();

  constructor(upTo: number) {
    this.#seen = new Uint8Array((upTo >> 3) + 1);
  }

  add(found: readonly BookDifference[]): void {
    this.differs += found.length;
    this.shown.push(...found.slice(0, MOST_SHOWN - this.shown.length));
  }

  sum(side: 'books' | 'gateway', amount: number, currency: string): void {
    const sums = this.#sums.get(currency) ?? { books: 0, gateway: 0 };
    sums[side] += amount;
    this.#sums.set(currency, sums);
  }

  wasSeen(number: number): boolean {
    return ((this.#seen[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
  }

  see(number: number): void {
    const at = number >> 3;
    if (at < this.#seen.length) this.#seen[at]! |= 1 << (number & 7);
  }

  totals(): BookComparison['totals'] {
    const money = (amount: number, currency: string): Amount => ({ amount, currency });
    return [...this.#sums].toSorted().map(([currency, { books, gateway }]) => ({ books: money(books, currency), gateway: money(gateway, currency) }));
  }
}

interface Page {
  readonly entries: readonly GatewayEntry[];
  readonly next?: string;
}

// What moves while it is looked at differs for a moment: a page with differences is looked at a second time, and what it says
// then counts.
async function judgePage(ctx: Ctx, walk: Walk, after: string | undefined): Promise<Page> {
  const gateway = ctx.provider(paymentGateway);
  const page = await gateway.entries(after);
  let entries = page.entries;
  let tries = await bookedTries(ctx, attemptsIn(entries));
  if (entries.some((entry) => differencesOf(entry, triesOf(tries, entry), false).length > 0)) {
    entries = await asOfNow(gateway, page, after);
    tries = await bookedTries(ctx, attemptsIn(entries));
  }
  for (const entry of entries) judge(walk, entry, triesOf(tries, entry));
  return page;
}

async function asOfNow(gateway: PaymentGateway, { entries }: Page, after: string | undefined): Promise<GatewayEntry[]> {
  const again = new Map((await gateway.entries(after)).entries.map((entry) => [entry.gatewayRef, entry]));
  return entries.map((entry) => again.get(entry.gatewayRef) ?? entry);
}

const attemptsIn = (entries: readonly GatewayEntry[]): Id[] => entries.flatMap(({ attemptId }) => attemptId ?? []);
const triesOf = (tries: ReadonlyMap<Id, BookedTry>, { attemptId }: GatewayEntry): BookedTry | undefined => (attemptId ? tries.get(attemptId) : undefined);

function judge(walk: Walk, entry: GatewayEntry, ours: BookedTry | undefined): void {
  const payment = ours?.payment;
  const isAgain = payment ? walk.wasSeen(payment.number) : false;
  const isOther = ours?.gatewayRef ? ours.gatewayRef !== entry.gatewayRef : false;
  walk.charges += 1;
  walk.sum('gateway', entry.captured.amount - entry.refunded.amount, entry.captured.currency);
  if (payment && !isAgain && !isOther) {
    walk.see(payment.number);
    walk.sum('books', payment.booked - payment.back, payment.currency);
  }
  walk.add(differencesOf(entry, ours, isAgain));
}

/** What only the books have: payments that no charge is behind, and transfers that no payment is behind. */
async function lookForTheRest(ctx: Ctx, walk: Walk, upTo: number): Promise<void> {
  for await (const page of cardPayments(ctx, upTo)) {
    for (const payment of page.filter(({ number }) => !walk.wasSeen(number))) {
      const { id: paymentId, number: paymentNumber, accountId, currency, amount } = payment;
      walk.sum('books', payment.booked - payment.back, currency);
      walk.add([{ kind: 'not-charged', gatewayRef: null, accountId, paymentId, paymentNumber, books: { amount, currency }, gateway: null }]);
    }
  }
  const strays = await transfersOfNobody(ctx, MOST_SHOWN);
  for (const { books } of strays) walk.sum('books', books!.amount, books!.currency);
  walk.add(strays);
}
