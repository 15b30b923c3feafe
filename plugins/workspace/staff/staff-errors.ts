import { defineError } from '@portico/kit';

/** The change would leave the business without an enabled owner. */
export class LastOwner extends defineError('workspace.last-owner', 409) {}

/** Nobody switches off the own sign-in. */
export class NotYourself extends defineError('workspace.not-yourself', 409) {}
