import { defineError } from '@portico/kit';

/** A closed order cannot be paused, resumed or changed; it stays closed. */
export class OrderClosed extends defineError('leads.order-closed', 409) {}

/** A payment is taken back once, and what takes one back is not taken back itself. */
export class PaymentTakenBack extends defineError('leads.payment-taken-back', 409) {}

/** A form that has recorded a payment came again with another one in it. */
export class PaymentFormUsed extends defineError('leads.payment-form-used', 409) {}

/** A form that has created an order came again with another one in it. */
export class OrderFormUsed extends defineError('leads.order-form-used', 409) {}
