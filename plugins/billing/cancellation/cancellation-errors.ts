import { defineError } from '@portico/kit';

/** The subscription has ended before. */
export class SubscriptionEnded extends defineError('billing.subscription-ended', 409) {}

/** The cancellation has taken effect, or was settled otherwise: it cannot be undone any more. */
export class CancellationSettled extends defineError('billing.cancellation-settled', 409) {}

/** Only a cancellation that has taken effect is taken back. */
export class CancellationNotEnded extends defineError('billing.cancellation-not-ended', 409) {}

/** Some plugin could not take its share back yet: pressing again goes on where it stopped. */
export class TakeBackIncomplete extends defineError('billing.take-back-incomplete', 503) {}
