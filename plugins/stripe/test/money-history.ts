import { createHash } from 'node:crypto';
import { PorticoError } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import {
  actingAsOwner,
  anActiveSubscription,
  anIssuedInvoice,
  creditIt,
  letAutoPay,
  lookAgain,
  payByCard,
  recordTransfer,
  refund,
  sendInvoice,
  voidIt,
  writeItOff,
} from '@portico/plugin-billing/testing';
import type { Sandbox, TestBusiness } from '@portico/testing';
import { CARDS, setUpCard, typeCard } from './type-card.ts';

/** What all that staff and customers do with money may be refused with; anything else is a fault. */
const REFUSALS: ReadonlySet<string> = new Set([
  'billing.wrong-invoice-state',
  'billing.invoice-has-payments',
  'billing.payment-under-way',
  'billing.invoice-not-sent',
  'billing.credit-too-large',
  'billing.refund-too-large',
  'portico.invalid-input',
]);

/** Where a history is told. `account`: the name of the business's account at the stand-in. */
export interface Stage {
  readonly business: TestBusiness;
  readonly sandbox: Sandbox;
  readonly account: string;
}

/** How a history went: how often each deed was done, and how often refused. */
export interface Told {
  readonly done: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
}

interface OpenInvoice {
  readonly invoiceId: string;
  readonly account: string;
  readonly open: number;
  readonly currency: string;
}

/** Chance that a text decides: the nth number is the same each time. */
function randomFrom(seed: string): () => number {
  let n = 0;
  return () =>
    createHash('sha256')
      .update(`${seed} ${(n += 1)}`)
      .digest()
      .readUInt32LE(0) /
    2 ** 32;
}

/** A part of an amount in the steps of its currency: whole yen, cents, and fils without a last digit. */
const partOf = (amount: number, chance: number, currency: string): number => {
  const step = currency === 'KWD' ? 10 : 1;
  return Math.max(step, Math.floor((amount * chance) / step) * step);
};

/**
 * Tells a random history of money through the product's own use cases: the same seed is the same history. Invoices in three
 * currencies are issued, sent, paid by card and by transfer, whole, in part and too much, declined, left with the bank,
 * credited, written off, made void; payments are refunded, also too much; at the end a month passes and a plan renews
 * (`renews`).
 */
export async function tellHistory(stage: Stage, seed: string, deeds: number, renews = true): Promise<Told> {
  const random = randomFrom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const customers = [await aCustomer(stage.business, `Harbor ${seed}`), await aCustomer(stage.business, `Pier ${seed}`)];
  const told = { done: {} as Record<string, number>, refused: {} as Record<string, number> };
  const play = new Play(stage, { random, pick, customers });
  for (let n = 0; n < deeds; n += 1) {
    const name = pick(DEEDS);
    const how = await play.do(name);
    if (how !== 'nothing') told[how][name] = (told[how][name] ?? 0) + 1;
  }
  if (renews) await play.renew(customers[0]!);
  return told;
}

const DEEDS = [
  ...['issue', 'issue', 'issue', 'issue-unsent', 'send', 'pay', 'pay', 'pay', 'pay-two', 'decline', 'leave-with-bank', 'bank-answers'],
  ...['transfer', 'transfer-part', 'transfer-too-much', 'credit', 'credit-too-much', 'write-off', 'void', 'refund', 'refund', 'refund-part', 'refund-too-much'],
] as const;
type Deed = (typeof DEEDS)[number];

interface Chance {
  readonly random: () => number;
  readonly pick: <T>(list: readonly T[]) => T;
  readonly customers: readonly TestCustomer[];
}

class Play {
  readonly #stage: Stage;
  readonly #chance: Chance;

  constructor(stage: Stage, chance: Chance) {
    this.#stage = stage;
    this.#chance = chance;
  }

  async do(deed: Deed): Promise<'done' | 'refused' | 'nothing'> {
    try {
      return (await this.#deeds[deed](await actingAsOwner(this.#stage.business))) === false ? 'nothing' : 'done';
    } catch (error) {
      if (error instanceof PorticoError && REFUSALS.has(error.code)) return 'refused';
      throw error;
    }
  }

  /** A plan by auto-pay that has been paid once comes to its next day. */
  async renew(customer: TestCustomer): Promise<void> {
    const { business, sandbox, account } = this.#stage;
    const owner = await actingAsOwner(business);
    await anActiveSubscription(owner, customer, { amount: 4_900 });
    await letAutoPay(owner, customer, (secret) => setUpCard(sandbox, `pk_test_${account}`, CARDS.good, secret));
    await business.advance('P32D');
    await business.settleProcesses();
  }

  readonly #deeds: Readonly<Record<Deed, (owner: Ctx) => Promise<unknown>>> = {
    issue: (owner) => this.#issue(owner, true),
    'issue-unsent': (owner) => this.#issue(owner, false),
    send: (owner) => this.#onInvoice(owner, ({ invoiceId }) => sendInvoice(owner, invoiceId)),
    pay: (owner) => this.#pay(owner, CARDS.good),
    'pay-two': (owner) => this.#payTwo(owner),
    decline: (owner) => this.#pay(owner, CARDS.insufficient),
    'leave-with-bank': (owner) => this.#pay(owner, CARDS.staysProcessing),
    'bank-answers': (owner) => this.#bankAnswers(owner),
    transfer: (owner) => this.#transfer(owner, 1),
    'transfer-part': (owner) => this.#transfer(owner, this.#chance.random()),
    'transfer-too-much': (owner) => this.#transfer(owner, 1 + this.#chance.random()),
    credit: (owner) => this.#credit(owner, this.#chance.random() > 0.5 ? 1 : this.#chance.random()),
    'credit-too-much': (owner) => this.#credit(owner, 1.5 + this.#chance.random()),
    'write-off': (owner) => this.#onInvoice(owner, (invoice) => writeItOff(owner, invoice)),
    void: (owner) => this.#onInvoice(owner, ({ invoiceId, open, currency }) => voidIt(owner, { invoiceId, amount: { amount: open, currency } })),
    refund: (owner) => this.#refund(owner, 1),
    'refund-part': (owner) => this.#refund(owner, this.#chance.random()),
    'refund-too-much': (owner) => this.#refund(owner, 2),
  };

  #issue(owner: Ctx, send: boolean): Promise<unknown> {
    const currency = this.#chance.pick(['USD', 'USD', 'JPY', 'KWD']);
    const minor = partOf(20_000, 0.05 + this.#chance.random(), currency);
    return anIssuedInvoice(owner, this.#chance.pick(this.#chance.customers), minor, currency, send);
  }

  readonly #accounts = (): readonly string[] => this.#chance.customers.map(({ accountId }) => accountId);

  async #invoices(owner: Ctx): Promise<OpenInvoice[]> {
    return owner.inTenant((tx) =>
      tx.rows<OpenInvoice>(sql`select id as "invoiceId", account_id as account, case state when 'issued' then open_minor else written_off_minor end as open, currency
        from billing.invoices where state in ('issued', 'written-off') and account_id = any(${this.#accounts()}::uuid[]) order by number`),
    );
  }

  async #onInvoice(owner: Ctx, work: (invoice: OpenInvoice) => Promise<unknown>): Promise<unknown> {
    const invoices = await this.#invoices(owner);
    return invoices.length === 0 ? false : work(this.#chance.pick(invoices));
  }

  #card(number: string): Promise<string> {
    return typeCard(this.#stage.sandbox, `pk_test_${this.#stage.account}`, number);
  }

  #pay(owner: Ctx, number: string): Promise<unknown> {
    return this.#onInvoice(owner, async ({ invoiceId, open, currency }) =>
      payByCard(owner, [{ invoiceId, amount: { amount: open, currency } }], await this.#card(number)),
    );
  }

  // Both of one customer and currency, so that one charge pays them.
  #payTwo(owner: Ctx): Promise<unknown> {
    return this.#onInvoice(owner, async (first) => {
      const second = (await this.#invoices(owner)).find(
        (one) => one.invoiceId !== first.invoiceId && one.account === first.account && one.currency === first.currency,
      );
      if (!second) return false;
      const seen = [first, second].map(({ invoiceId, open, currency }) => ({ invoiceId, amount: { amount: open, currency } }));
      return payByCard(owner, seen, await this.#card(CARDS.good));
    });
  }

  async #bankAnswers(owner: Ctx): Promise<unknown> {
    const waiting = await owner.inTenant((tx) =>
      tx.rows<{ id: string; gateway_ref: string }>(sql`select id, gateway_ref from billing.payment_attempts where state = 'processing'
        and account_id = any(${this.#accounts()}::uuid[]) order by id`),
    );
    if (waiting.length === 0) return false;
    const { id, gateway_ref } = this.#chance.pick(waiting);
    const outcome = this.#chance.random() > 0.4 ? 'succeed' : 'fail';
    await this.#stage.sandbox.tell('POST', '/control/settle', { account: this.#stage.account, id: gateway_ref, outcome });
    return lookAgain(owner, id);
  }

  #transfer(owner: Ctx, share: number): Promise<unknown> {
    return this.#onInvoice(owner, ({ invoiceId, account, open, currency }) => {
      const customer = this.#chance.customers.find(({ accountId }) => accountId === account)!;
      return recordTransfer(owner, customer, { invoiceId, amount: { amount: partOf(open, share, currency), currency } });
    });
  }

  #credit(owner: Ctx, share: number): Promise<unknown> {
    return this.#onInvoice(owner, ({ invoiceId, open, currency }) =>
      creditIt(owner, { invoiceId, amount: { amount: partOf(open, share, currency), currency } }),
    );
  }

  async #refund(owner: Ctx, share: number): Promise<unknown> {
    const payments = await owner.inTenant((tx) =>
      tx.rows<{ id: string; left: number; currency: string }>(
        sql`select id, amount_minor - refunded_minor as left, currency from billing.payments
          where refunded_minor < amount_minor and account_id = any(${this.#accounts()}::uuid[]) order by number`,
      ),
    );
    if (payments.length === 0) return false;
    const { id, left, currency } = this.#chance.pick(payments);
    return refund(owner, id, partOf(left, share, currency), owner.newId(), currency);
  }
}
