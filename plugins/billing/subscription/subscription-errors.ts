import { defineError } from '@portico/kit';

/** Only live plans are sold. */
export class PlanNotLive extends defineError('billing.plan-not-live', 409) {}

/** A form that has begun a subscription came again with another one in it. */
export class SubscriptionFormUsed extends defineError('billing.subscription-form-used', 409) {}
