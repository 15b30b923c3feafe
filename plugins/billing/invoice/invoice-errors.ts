import { defineError } from '@portico/kit';

/** The invoice is not what this can be done with: it is paid, void, a draft … The sentence names its state. */
export class WrongInvoiceState extends defineError('billing.wrong-invoice-state', 409) {}

/** An invoice with payments or credit notes is not made void: a refund or a credit note puts it right. */
export class InvoiceHasPayments extends defineError('billing.invoice-has-payments', 409) {}

/** A payment of this invoice is under way: nothing else may take its money meanwhile. */
export class PaymentUnderWay extends defineError('billing.payment-under-way', 409) {}

/** The customer does not see this invoice yet. */
export class InvoiceNotSent extends defineError('billing.invoice-not-sent', 409) {}

/** A form that has made an invoice came again with another one in it. */
export class InvoiceFormUsed extends defineError('billing.invoice-form-used', 409) {}

/** More would be credited than is open: what is open stands in `open`, as it is printed; what was paid goes back by refund. */
export class CreditTooLarge extends defineError('billing.credit-too-large', 409) {}

/** A form that has written a credit note came again with another one in it. */
export class CreditFormUsed extends defineError('billing.credit-form-used', 409) {}
