import { defineError } from '@portico/kit';

/** The customer has an invitation that is open or was accepted: there is one at a time. */
export class AlreadyInvited extends defineError('accounts.already-invited', 409) {}

/** The invitation was accepted: there is nothing to send again. */
export class InvitationAccepted extends defineError('accounts.invitation-accepted', 409) {}

/** No account admin of the customer can be invited: each has signed in before, or has no e-mail address, or is switched off. */
export class NobodyToInvite extends defineError('accounts.nobody-to-invite', 409) {}
