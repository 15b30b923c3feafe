import { defineError } from '@portico/kit';

/** A closed order cannot be paused, resumed or changed; it stays closed. */
export class OrderClosed extends defineError('leads.order-closed', 409) {}
