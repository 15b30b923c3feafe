import { forecast, hoursAfter, instantOf, type Instant } from '@portico/kit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invitation, type InvitationFacts } from '../invitation.case.ts';

const DAY = 24;
const invitedAt = '2026-11-20T09:00:00.000Z';
const untouched: InvitationFacts = {
  invitedAt,
  remindAt: hoursAfter(invitedAt, 3 * DAY),
  expiresAt: hoursAfter(invitedAt, 14 * DAY),
  again: false,
  sent: false,
  reminded: false,
  accepted: false,
  expired: false,
};
const because = 'accounts.invitation.not-accepted';

const anyFacts = fc
  .record({
    ms: fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 }),
    remindHours: fc.integer({ min: DAY, max: 90 * DAY }),
    expireHours: fc.integer({ min: DAY, max: 365 * DAY }),
    again: fc.boolean(),
    sent: fc.boolean(),
    reminded: fc.boolean(),
    accepted: fc.boolean(),
    expired: fc.boolean(),
  })
  .map(({ ms, remindHours, expireHours, sent, reminded, ...rest }): InvitationFacts => {
    const at = instantOf(ms);
    return { ...rest, invitedAt: at, remindAt: hoursAfter(at, remindHours), expiresAt: hoursAfter(at, expireHours), sent, reminded: sent && reminded };
  });

const isOver = ({ accepted, expired }: InvitationFacts) => accepted || expired;

describe('An invitation that nobody accepts (S1)', () => {
  it('is sent at once, reminded of after 3 days, and over after 14 (R-0.7)', () => {
    expect(forecast(invitation, untouched)).toEqual([
      { step: 'send', at: invitedAt },
      { step: 'remind', at: '2026-11-23T09:00:00.000Z', because },
      { step: 'expire', at: '2026-12-04T09:00:00.000Z', because },
    ]);
    expect(invitation.next({ ...untouched, sent: true, reminded: true, expired: true }, undefined as never)).toEqual({ done: 'expired' });
  });

  it('sent again, goes the same way anew and says that it is another one (R-0.8)', () => {
    const again = { ...untouched, again: true };
    expect(forecast(invitation, again).map(({ step }) => step)).toEqual(['send-again', 'remind', 'expire']);
  });

  it('of a business that reminds later than it waits, is not reminded of', () => {
    expect(forecast(invitation, { ...untouched, remindAt: hoursAfter(untouched.expiresAt, DAY) }).map(({ step }) => step)).toEqual(['send', 'expire']);
  });
});

describe('An invitation that is accepted (S1)', () => {
  it('is over at any step', () => {
    for (const [sent, reminded] of [
      [false, false],
      [true, false],
      [true, true],
    ] as const)
      expect(invitation.next({ ...untouched, sent, reminded, accepted: true }, undefined as never)).toEqual({ done: 'accepted' });
  });
});

describe('Whatever the facts of an invitation are', () => {
  it('it ends, and the instants of its steps never fall', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const planned = forecast(invitation, facts, [], 50);
        const instants: Instant[] = planned.map(({ at }) => at);
        expect(instants).toEqual(instants.toSorted());
        expect(planned.length).toBeLessThanOrEqual(3);
        expect(planned.at(-1)?.step).toBe(isOver(facts) ? undefined : 'expire');
      }),
    );
  });

  it('the forecast from each state is what a worker then does', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const whole = forecast(invitation, facts);
        let now = facts;
        for (const [position, { step, at }] of whole.entries()) {
          expect(forecast(invitation, now)).toEqual(whole.slice(position));
          now = invitation.assume![step]!(now, at);
        }
        expect('done' in invitation.next(now, undefined as never)).toBe(true);
      }),
    );
  });
});
