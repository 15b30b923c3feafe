import { defineError } from '@portico/kit';

/** What is owed is not what the form was made with: the new sum is in `total`, as it is printed (requirements 3.13). */
export class AmountChanged extends defineError('billing.amount-changed', 409) {}

/** The business has stopped all charges for now. */
export class ChargesStopped extends defineError('billing.charges-stopped', 503) {}

/** A form that has paid came again with another payment in it. */
export class PaymentFormUsed extends defineError('billing.payment-form-used', 409) {}

/** More would go back than came in. */
export class RefundTooLarge extends defineError('billing.refund-too-large', 409) {}
