import { defineError } from '@portico/kit';

/** The change would leave an account without an enabled account admin. */
export class LastAccountAdmin extends defineError('accounts.last-account-admin', 409) {}

/** Nobody switches off the own sign-in. */
export class NotYourself extends defineError('accounts.not-yourself', 409) {}
