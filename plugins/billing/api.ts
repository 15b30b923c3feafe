/** What other plugins may use of billing. By SQL: the views `billing.subscription_v1` and `billing.invoice_v1`. */
import { z } from 'zod';
import { defineEffect, defineEvent, definePluginApi, defineProvider, defineSlot, MoneyWire, type Id } from '@portico/kit';

type Amount = z.output<typeof MoneyWire>;

/** A payment was received and booked. `first`: the customer had never paid before. */
export const paymentReceived = defineEvent('billing.payment-received', {
  payload: z.object({ paymentId: z.uuid(), accountId: z.uuid(), billGroupId: z.uuid(), first: z.boolean() }),
  subject: (p) => p.accountId,
});

/** A billing period of a subscription is paid: what the plan includes for it begins. Days are the subscription's own; the last is the day before `endsOn`. */
export const periodPaid = defineEvent('billing.period-paid', {
  payload: z.object({
    periodId: z.uuid(),
    subscriptionId: z.uuid(),
    planId: z.uuid(),
    accountId: z.uuid(),
    billGroupId: z.uuid(),
    startsOn: z.iso.date(),
    endsOn: z.iso.date(),
  }),
  subject: (p) => p.subscriptionId,
});

/** What another plugin asked to be paid (`invoiceFor`) is paid, by whatever road; told once for each cause. */
export const causePaid = defineEvent('billing.cause-paid', {
  payload: z.object({ cause: z.uuid(), invoiceId: z.uuid(), invoiceNumber: z.int(), accountId: z.uuid(), amount: MoneyWire }),
  subject: (p) => p.cause,
});

/** A subscription ends. Other plugins say what that means for them, and do it once when it takes effect. */
export const subscriptionCancelled = defineEffect('billing.subscription-cancelled', {
  change: z.object({
    subscriptionId: z.uuid(),
    takesEffectAt: z.iso.datetime(),
    // its customer wants what is paid for to go on until then: nothing is held meanwhile
    withPeriod: z.boolean().default(false),
  }),
});

/** Parts of a plan's page in the console: what it includes beside its price. */
export const planParts = defineSlot<{ planId: Id }>()('billing.plan-parts');
/** Parts of a subscription's page, in portal and console: what was used of what it includes. */
export const subscriptionParts = defineSlot<{ subscriptionId: Id; planId: Id }>()('billing.subscription-parts');

// ---- the gateway: the plugin that moves money for a business ---------------------------------------------------------

/** How a try to take money stands at the gateway. */
export type ChargeOutcome =
  | { readonly kind: 'paid'; readonly gatewayRef: string }
  /**
   * No money moved, and this try is over. `soft`: another try may succeed; `hard`: none with this card will; `needs-customer`:
   * the bank wants the person to confirm, and nobody was there. `code`: the gateway's own word.
   */
  | { readonly kind: 'declined'; readonly why: 'soft' | 'hard' | 'needs-customer'; readonly code: string; readonly gatewayRef?: string }
  /** The person must confirm at their bank; `clientSecret` lets the card form ask them. */
  | { readonly kind: 'needs-customer'; readonly clientSecret: string; readonly gatewayRef: string }
  /** Taken, not yet settled: the bank answers later. */
  | { readonly kind: 'processing'; readonly gatewayRef: string }
  /** Nobody knows: no answer, or one that says nothing. It is asked for until it is known. */
  | { readonly kind: 'unknown'; readonly because: string }
  /** Begun and then given up before any money could move. */
  | { readonly kind: 'called-off' };

/** Whose card it is: the gateway knows a customer for each bill group. */
export interface Payer {
  readonly billGroupId: Id;
  readonly name: string;
}

/** One try to take money. The id is the same for ever: the same order is the same charge. */
export interface ChargeOrder {
  readonly attemptId: Id;
  readonly amount: Amount;
  /** The gateway's name of the card. */
  readonly gatewayMethod: string;
  readonly payer: Payer;
  /** Nobody is there to confirm anything. */
  readonly offSession: boolean;
  /** The card is kept for later charges, with the person's consent. */
  readonly keepMethod?: boolean;
}

/** A card as the gateway knows it. */
export interface GatewayMethod {
  readonly gatewayMethod: string;
  readonly brand: string;
  readonly lastFour: string;
  readonly expiresMonth?: number;
  readonly expiresYear?: number;
}

/** What a page needs to show the gateway's own card fields; the card's number never reaches the portal. */
export interface CardForm {
  readonly scriptUrl: string;
  readonly publishableKey: string;
  /** Origins that the page must let in. */
  readonly sources: { readonly script: readonly string[]; readonly frame: readonly string[]; readonly connect: readonly string[] };
}

/** A charge as the gateway has it, for the comparison with the books. */
export interface GatewayEntry {
  readonly gatewayRef: string;
  readonly attemptId: Id | null;
  readonly captured: Amount;
  readonly refunded: Amount;
}

/** What a payment gateway does. Every call may be repeated for ever; nothing here charges twice. */
export interface PaymentGateway {
  /** What the card fields need. Throws when the business has not connected its gateway. */
  cardForm(): Promise<CardForm>;
  /**
   * Charges each order and reports outcomes as they come, in as many calls of `settled` as it likes; each order is reported
   * exactly once. A call without any outcome says that it gets on: with many orders and a slow gateway, at least twice a
   * minute. Looks before it acts. A declined card is an outcome; only a fault of its own rejects.
   */
  charge(orders: readonly ChargeOrder[], settled: (outcomes: ReadonlyMap<Id, ChargeOutcome>) => Promise<void>): Promise<void>;
  /** How a try stands now, without acting. */
  look(order: ChargeOrder): Promise<ChargeOutcome>;
  /** Gives a try up whose person never confirmed; answers how it stands then. */
  callOff(order: ChargeOrder): Promise<ChargeOutcome>;
  /** Begins to keep a card of a customer: the card form confirms with the secret. */
  beginToKeep(payer: Payer): Promise<{ readonly clientSecret: string }>;
  /** The card that a confirmed set-up, or a method of the card form, stands for. Throws InvalidInput at `card` when there is none. */
  readMethod(reference: string): Promise<GatewayMethod>;
  /** Forgets a card. Repeating it does nothing. */
  forgetMethod(gatewayMethod: string): Promise<void>;
  /**
   * Sends money back, once: the refund's id is the key. The same again answers how it stands by now; that is how one that is
   * pending is followed to its end.
   */
  refund(refund: {
    readonly refundId: Id;
    readonly attemptId: Id;
    readonly amount: Amount;
  }): Promise<{ readonly kind: 'succeeded' | 'pending'; readonly gatewayRef: string } | { readonly kind: 'failed'; readonly because: string }>;
  /** The charges that the gateway made, a page at a time: `after` is the `next` of the page before. */
  entries(after?: string): Promise<{ readonly entries: readonly GatewayEntry[]; readonly next?: string }>;
  /** A card that a demonstration may charge as often as it likes. None where money would really move, or where there is no such card. */
  demoCard?(): Promise<GatewayMethod | undefined>;
  /**
   * Sets a card up for a demonstration, as its owner would in the gateway's own fields, with the secret of `beginToKeep`; one
   * that `declines` is kept and says no to every charge. Answers what `readMethod` reads, or nothing where `demoCard` does.
   */
  demoSetUp?(clientSecret: string, declines: boolean): Promise<string | undefined>;
}
/** The plugin that moves money for a business. */
export const paymentGateway = defineProvider<PaymentGateway>()('billing.payment-gateway');

// ---- what billing does for others ------------------------------------------------------------------------------------

/** A billing period that is paid. */
export interface PaidPeriod {
  readonly periodId: Id;
  readonly subscriptionId: Id;
  readonly planId: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** A plan by its name. */
export interface PlanName {
  readonly planId: Id;
  readonly name: string;
}

/** Something that a customer is to pay, and by which it is known to whoever asks. */
export interface AskedCharge {
  /** Unique per business, and kept by the one who asks: the same cause is one invoice and one charge for ever. */
  readonly cause: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly currency: string;
  /** As they are printed. Quantity and minor units for each, both above zero. */
  readonly lines: readonly { readonly description: string; readonly quantity: number; readonly unitMinor: number }[];
}

/** Money that staff of another plugin have received outside the portal, for something that it sold. */
export interface ReceivedElsewhere {
  /** Unique per business, and kept by the one who tells: the same cause is booked once. */
  readonly cause: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly currency: string;
  /** What it was for, as it is printed. */
  readonly description: string;
  /** Minor units, above zero. */
  readonly amountMinor: number;
  /** The day on which it came, and what was noted; the customer reads both. */
  readonly receivedOn: string;
  readonly note: string;
}

/** The invoice that came of a charge that was asked for. */
export interface AskedInvoice {
  readonly invoiceId: Id;
  readonly invoiceNumber: number;
}

/** What other plugins may ask of billing. Every changing call takes a `cause` that is unique per business: repeating it changes nothing. */
export interface BillingApi {
  /** The gateway heard something about a try or a refund of ours: look again. For webhooks; unknown ids are ignored. */
  lookAgain(heard: { readonly attemptId?: Id; readonly refundId?: Id }): Promise<void>;
  /** Every plan with its name, those on sale first; for choices and lists of other plugins. A business has a handful. */
  planNames(): Promise<readonly PlanName[]>;
  /** The billing periods that are paid and not over, of subscriptions that go on; the first 500. As `periodPaid` told them. */
  paidPeriods(): Promise<readonly PaidPeriod[]>;
  /**
   * Issues and sends an invoice for something that another plugin sells, and charges it to the card that auto-pay stands on;
   * without one the customer is asked to pay. The brake, collection and every road of paying hold for it as for any other.
   * `causePaid` tells when it is paid. Throws InvalidInput for a bill group that is none of the account.
   */
  invoiceFor(charge: AskedCharge): Promise<AskedInvoice>;
  /** Books what was received elsewhere: an invoice over it, and its payment, in one transaction. The same cause again books nothing. */
  bookReceived(received: ReceivedElsewhere): Promise<AskedInvoice>;
  /** Takes back what was booked by mistake: a refund of the whole payment with its credit note. `cause` is that of the taking back. Throws NotFound. */
  takeBackReceived(taken: { readonly cause: Id; readonly received: Id; readonly reason: string }): Promise<void>;
}
export const billing = definePluginApi<BillingApi>('billing');
