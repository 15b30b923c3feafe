import { documentation } from '../api/documentation.ts';

/** Why a bank says no, as Stripe tells it. */
export interface Decline {
  readonly code: 'card_declined' | 'expired_card' | 'incorrect_cvc' | 'processing_error' | 'authentication_required';
  readonly declineCode: string | null;
  readonly message: string;
}

/** A test card. Numbers and names are those of Stripe's own page of test cards, but for the last one. */
export interface TestCard {
  /** The name by which a payment method with this card can be had: `pm_card_…`. */
  readonly name: string;
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'discover' | 'diners' | 'jcb' | 'unionpay';
  readonly funding: 'credit' | 'debit' | 'prepaid';
  /** Every charge is declined so. */
  readonly declines?: Decline;
  /** It is declined when it is charged, but not when it is attached to a customer or set up. */
  readonly attaches?: true;
  /** The owner must prove at the bank that it is they: each time, or until the card was set up once. */
  readonly authenticates?: 'always' | 'unless set up';
  /** A charge stays `processing` until `POST /control/settle` says how it ends. */
  readonly processes?: true;
  /** A refund is pending until settled, or seems to succeed and fails when settled. */
  readonly refunds?: 'pending' | 'fails';
}

const declined = (declineCode: string, message = 'Your card was declined.'): Decline => ({ code: 'card_declined', declineCode, message });

export const authenticationRequired: Decline = {
  code: 'authentication_required',
  declineCode: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** A number that Stripe's test mode does not know. */
export const notATestCard: Decline = declined(
  'test_mode_live_card',
  `Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: ${documentation}/testing.`,
);

type Row = [name: string, number: string, brand: TestCard['brand'], funding: TestCard['funding'], behaviour?: Partial<TestCard>];

const rows: Row[] = [
  ['pm_card_visa', '4242424242424242', 'visa', 'credit'],
  ['pm_card_visa_debit', '4000056655665556', 'visa', 'debit'],
  ['pm_card_mastercard', '5555555555554444', 'mastercard', 'credit'],
  ['pm_card_mastercard_debit', '5200828282828210', 'mastercard', 'debit'],
  ['pm_card_mastercard_prepaid', '5105105105105100', 'mastercard', 'prepaid'],
  ['pm_card_amex', '378282246310005', 'amex', 'credit'],
  ['pm_card_discover', '6011111111111117', 'discover', 'credit'],
  ['pm_card_diners', '3056930009020004', 'diners', 'credit'],
  ['pm_card_jcb', '3566002020360505', 'jcb', 'credit'],
  ['pm_card_unionpay', '6200000000000005', 'unionpay', 'credit'],
  ['pm_card_visa_chargeDeclined', '4000000000000002', 'visa', 'credit', { declines: declined('generic_decline') }],
  [
    'pm_card_visa_chargeDeclinedInsufficientFunds',
    '4000000000009995',
    'visa',
    'credit',
    { declines: declined('insufficient_funds', 'Your card has insufficient funds.') },
  ],
  ['pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'visa', 'credit', { declines: declined('lost_card') }],
  ['pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'visa', 'credit', { declines: declined('stolen_card') }],
  [
    'pm_card_visa_chargeDeclinedVelocityLimitExceeded',
    '4000000000006975',
    'visa',
    'credit',
    {
      declines: declined('card_velocity_exceeded', 'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.'),
    },
  ],
  [
    'pm_card_chargeDeclinedExpiredCard',
    '4000000000000069',
    'visa',
    'credit',
    { declines: { code: 'expired_card', declineCode: null, message: 'Your card has expired.' } },
  ],
  [
    'pm_card_chargeDeclinedIncorrectCvc',
    '4000000000000127',
    'visa',
    'credit',
    { declines: { code: 'incorrect_cvc', declineCode: null, message: "Your card's security code is incorrect." } },
  ],
  [
    'pm_card_chargeDeclinedProcessingError',
    '4000000000000119',
    'visa',
    'credit',
    { declines: { code: 'processing_error', declineCode: null, message: 'An error occurred while processing your card. Try again in a little bit.' } },
  ],
  ['pm_card_chargeCustomerFail', '4000000000000341', 'visa', 'credit', { declines: declined('generic_decline'), attaches: true }],
  ['pm_card_authenticationRequired', '4000002760003184', 'visa', 'credit', { authenticates: 'always' }],
  ['pm_card_authenticationRequiredOnSetup', '4000002500003155', 'visa', 'credit', { authenticates: 'unless set up' }],
  ['pm_card_pendingRefund', '4000000000007726', 'visa', 'credit', { refunds: 'pending' }],
  ['pm_card_refundFail', '4000000000005126', 'visa', 'credit', { refunds: 'fails' }],
  // Ours: Stripe has no test card whose charge takes days, as that of a bank account does.
  ['pm_card_staysProcessing', '4000000000007007', 'visa', 'debit', { processes: true }],
];

export const testCards: readonly TestCard[] = rows.map(([name, number, brand, funding, behaviour]) => ({ name, number, brand, funding, ...behaviour }));

const byName = new Map(testCards.map((card) => [card.name, card]));
const byNumber = new Map(testCards.map((card) => [card.number, card]));

export const cardNamed = (name: string): TestCard | undefined => byName.get(name);
export const cardNumbered = (number: string): TestCard | undefined => byNumber.get(number);

/** Whether the last digit of a card number fits the others. */
export function isCardNumber(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  let sum = 0;
  for (const [place, digit] of [...number].toReversed().entries()) {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
