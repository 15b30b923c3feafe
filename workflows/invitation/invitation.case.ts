import { defineCase, done, step, type Instant } from '@portico/kit';

/** What the database knows of an invitation. Its two instants were pinned when its present link began to count. */
export interface InvitationFacts {
  /** When it was made, or sent again: the present link counts from here. */
  readonly invitedAt: Instant;
  readonly remindAt: Instant;
  readonly expiresAt: Instant;
  /** It was sent before: this is another link, and the older one is dead. */
  readonly again: boolean;
  readonly sent: boolean;
  readonly reminded: boolean;
  readonly accepted: boolean;
  readonly expired: boolean;
}

export type InvitationStep = 'send' | 'send-again' | 'remind' | 'expire';

/** Not sent: send now. Not accepted after 3 days: remind, with the same link. After 14: it expires (S1, R-0.1, R-0.7, R-0.8). */
export const invitation = defineCase<InvitationFacts, InvitationStep>({
  kind: 'accounts.invitation',
  version: 1,
  next(facts) {
    if (facts.accepted) return done('accepted');
    if (facts.expired) return done('expired');
    if (!facts.sent) return step(facts.again ? 'send-again' : 'send', facts.invitedAt);
    // a business may set a reminder later than the end: then there is none
    if (!facts.reminded && facts.remindAt < facts.expiresAt) return step('remind', facts.remindAt, 'accounts.invitation.not-accepted');
    return step('expire', facts.expiresAt, 'accounts.invitation.not-accepted');
  },
  assume: {
    send: (facts) => ({ ...facts, sent: true }),
    'send-again': (facts) => ({ ...facts, sent: true }),
    remind: (facts) => ({ ...facts, reminded: true }),
    expire: (facts) => ({ ...facts, expired: true }),
  },
});
