import { defineError } from '@portico/kit';

/** The key belongs to a lead source that staff have switched off. */
export class SourceOff extends defineError('leads.source-off', 403) {}

/** The lead went to an order before; a lead goes to one order only. */
export class AlreadyDelivered extends defineError('leads.already-delivered', 409) {}

/** The order has no room for one more lead. */
export class OrderFilled extends defineError('leads.order-filled', 409) {}

/** The order is paused, closed or over: nothing is delivered against it. */
export class OrderNotOpen extends defineError('leads.order-not-open', 409) {}

/** An assignment is taken back within ten minutes; after that the lead is assigned anew. */
export class AssignmentSettled extends defineError('leads.assignment-settled', 409) {}

/** Somebody assigned the lead again in the meantime; there is nothing to take back. */
export class AssignmentMovedOn extends defineError('leads.assignment-moved-on', 409) {}
