import type { Id, InvalidInput } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { AcceptInvitation, acceptInvitation } from '../invitation/accept-invitation.ts';
import { askForNewLink } from '../invitation/ask-for-new-link.ts';
import { inviteByHand } from '../invitation/invite-admins.ts';
import { sendAgain } from '../invitation/send-again.ts';
import { changeMember } from '../member/change-member.ts';
import { ChangeMember } from '../member/member-input.ts';
import { submit } from '../public/invitation.server.ts';
import { aCustomer } from '../testing.ts';
import { GOOD, openInviting } from './inviting-business.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
const a = await portal.business('alpha');
const b = await portal.business('beta');
const { owner, anybody, mailsTo, anInvitedCustomer, invitationsOf, followed, latestToken, opened, accept, signIn, emailOf, goTo } = await openInviting(
  portal,
  a,
);
beforeEach(() => portal.core.pool.query('delete from portico.rate_limits'));

describe('the link of an invitation', () => {
  it('shows who invited, to which business and customer, and asks who has no password to create one (R-0.5)', async () => {
    const customer = await aCustomer(a, 'Cedar Ridge Roofing');
    await inviteByHand(owner, customer.accountId);
    await a.settleProcesses();
    expect(await opened(await latestToken(customer))).toMatchObject({
      kind: 'open',
      business: 'Business alpha',
      account: 'Cedar Ridge Roofing',
      name: 'Admin of Cedar Ridge Roofing',
      login: await emailOf(customer),
      hasPassword: false,
    });
  });

  it('may be opened as often as scanners like, changes nothing, and works afterwards once (A5, R-0.7)', async () => {
    const customer = await anInvitedCustomer();
    const token = await latestToken(customer);
    const before = await owner.inTenant((tx) => tx.rows(sql`select * from accounts.invitations where account_id = ${customer.accountId}`));
    for (let n = 0; n < 20; n += 1) expect(await opened(token)).toMatchObject({ kind: 'open' });
    expect(await owner.inTenant((tx) => tx.rows(sql`select * from accounts.invitations where account_id = ${customer.accountId}`))).toEqual(before);
    expect(await accept(token)).toBe(customer.admin.userId);
    expect(await opened(token)).toMatchObject({ kind: 'dead' });
    expect(await accept(token, 'another good one')).toBeUndefined();
    await expect(signIn(await emailOf(customer), 'another good one')).rejects.toMatchObject({ code: 'portico.sign-in-refused' });
    await a.settleProcesses();
    expect(await followed(customer)).toMatchObject({ state: 'accepted', timeline: { state: 'ended', outcome: 'accepted' } });
  });

  it('lets one of two browsers in at the same moment, round after round (A5)', async () => {
    for (let round = 0; round < 25; round += 1) {
      const customer = await anInvitedCustomer();
      const token = await latestToken(customer);
      const outcomes = await Promise.all(['first good one', 'second good one'].map((password) => accept(token, password)));
      expect(outcomes.filter((userId) => userId === customer.admin.userId)).toHaveLength(1);
      expect(outcomes.filter((userId) => userId === undefined)).toHaveLength(1);
    }
  }, 120_000);

  it('takes no password that is too short, too common, or not the same twice, and stays alive', async () => {
    const customer = await anInvitedCustomer();
    const token = await latestToken(customer);
    const problems = async (password: string, again: string | null) =>
      accept(token, password, again).catch((error: unknown) => Object.keys((error as InvalidInput).fields));
    expect(await problems('short', 'short')).toEqual(['password']);
    expect(await problems('password123', 'password123')).toEqual(['password']);
    expect(await problems(GOOD, 'a quiet pond at dusk')).toEqual(['passwordAgain']);
    expect(await problems(GOOD, null)).toEqual(['passwordAgain']);
    expect(await opened(token)).toMatchObject({ kind: 'open' });
  });

  it('asks who has a password for it, counts the tries like a sign-in, and makes no other one (R-0.6)', async () => {
    const customer = await anInvitedCustomer();
    const passwordHash = await owner.hashPassword(GOOD);
    await owner.inTenant((tx) => tx.users.change(customer.admin.userId, { passwordHash }));
    const token = await latestToken(customer);
    expect(await opened(token)).toMatchObject({ kind: 'open', hasPassword: true });
    for (let n = 0; n < 9; n += 1)
      await expect(accept(token, `guess number ${n}`)).rejects.toMatchObject({ fields: { password: { key: 'accounts.problem.password-wrong' } } });
    await expect(signIn(await emailOf(customer), 'one more guess')).rejects.toMatchObject({ code: 'portico.sign-in-refused' });
    // ten were tried, by link and by sign-in together: now not even the right one is looked at
    await expect(accept(token, GOOD)).rejects.toMatchObject({ code: 'portico.too-many-attempts' });
    await portal.core.pool.query('delete from portico.rate_limits');
    expect(await accept(token, GOOD, null)).toBe(customer.admin.userId);
    expect((await signIn(await emailOf(customer), GOOD)).token).toMatch(/^[\w-]{43}$/);
  });

  it('does not write over a password that was set while the page stood open', async () => {
    const customer = await anInvitedCustomer();
    const token = await latestToken(customer);
    const slow = anybody();
    const hash = slow.hashPassword.bind(slow);
    const passwordHash = await owner.hashPassword('set by the staff');
    Object.defineProperty(slow, 'hashPassword', {
      value: async (password: string) => {
        await owner.inTenant((tx) => tx.users.change(customer.admin.userId, { passwordHash, mustChangePassword: true }));
        return hash(password);
      },
    });
    expect(await acceptInvitation(slow, token, AcceptInvitation.parse({ password: GOOD, passwordAgain: GOOD }))).toBeUndefined();
    await expect(signIn(await emailOf(customer), GOOD)).rejects.toMatchObject({ code: 'portico.sign-in-refused' });
  });

  it.each([
    ['of another business', async () => ({ token: await latestToken(await anInvitedCustomer()), at: b })],
    ['that was cut', async () => ({ token: (await latestToken(await anInvitedCustomer())).slice(0, -1), at: a })],
    ['that was never one', async () => ({ token: 'x', at: a })],
  ])('%s is dead, in the same words as one that was used', async (_, made) => {
    const { token, at } = await made();
    const { asked, business, ...rest } = (await opened(token, at)) as { asked: boolean; business: string };
    expect([rest, asked, business]).toEqual([{ kind: 'dead' }, false, at.tenant.name]);
  });

  it('is dead when its time is over, though nobody was there to say so, and when its person is switched off here', async () => {
    const [late, off] = [await anInvitedCustomer(), await anInvitedCustomer()];
    const [lateToken, offToken] = [await latestToken(late), await latestToken(off)];
    await owner.inTenant((tx) => tx.run(sql`update accounts.members set enabled = false where id = ${off.admin.memberId}`));
    expect([await opened(offToken), await accept(offToken)]).toMatchObject([{ kind: 'dead' }, undefined]);
    expect(await opened(lateToken)).toMatchObject({ kind: 'open' });
    await a.advance('P14DT1S');
    expect([await opened(lateToken), await accept(lateToken)]).toMatchObject([{ kind: 'dead' }, undefined]);
    expect((await followed(late)).state).toBe('open');
  });

  it('is not the one of an e-mail address that staff have corrected: the new address gets another, the older is dead (A11)', async () => {
    const customer = await anInvitedCustomer();
    const older = await latestToken(customer);
    await changeMember(owner, customer.admin.memberId, ChangeMember.parse({ email: `right-${owner.newId()}@people.example` }));
    expect(await opened(older)).toMatchObject({ kind: 'dead' });
    await a.settleProcesses();
    expect(await opened(await latestToken(customer))).toMatchObject({ kind: 'open' });
  });
});

describe('who asks for a new link', () => {
  const ask = (token: string) => askForNewLink(anybody(), token);
  const sentSince = async (userId: Id, before: number) => {
    await a.settleProcesses();
    return (await mailsTo(userId)).slice(before);
  };

  it('with an expired one gets another, to the invited person, once in a quarter of an hour', async () => {
    const customer = await anInvitedCustomer();
    const expired = await latestToken(customer);
    await goTo((await followed(customer)).timeline.planned[1]!.at);
    const before = (await mailsTo(customer.admin.userId)).length;
    for (let n = 0; n < 3; n += 1) await ask(expired);
    const sent = await sentSince(customer.admin.userId, before);
    expect(sent.map(({ template }) => template)).toEqual(['invitation']);
    expect(sent[0]!.token).not.toBe(expired);
    expect(await accept(sent[0]!.token)).toBe(customer.admin.userId);
  });

  it('with one that a newer one replaced gets the newer one once more, and cannot end it', async () => {
    const customer = await anInvitedCustomer();
    const older = await latestToken(customer);
    await sendAgain(owner, (await invitationsOf(customer))[0]!.id);
    await a.settleProcesses();
    const newer = await latestToken(customer);
    for (let n = 0; n < 3; n += 1) await ask(older);
    expect(await sentSince(customer.admin.userId, 2)).toMatchObject([{ template: 'invitation', token: newer }]);
    expect(await opened(newer)).toMatchObject({ kind: 'open' });
  });

  it('after it was used is shown the way to the sign-in, and no link', async () => {
    const customer = await anInvitedCustomer();
    const token = await latestToken(customer);
    await accept(token);
    await ask(token);
    expect(await sentSince(customer.admin.userId, 1)).toMatchObject([{ template: 'invitation-used', token: '' }]);
  });

  it('with a token that never was a link moves nothing, in the same words', async () => {
    const customer = await anInvitedCustomer();
    const [row] = await invitationsOf(customer);
    const made = owner.links.token({ purpose: 'accounts.invitation', id: row!.id, generation: 7 });
    for (const token of [made, 'x', `${made.slice(0, -2)}aa`]) {
      const form = new FormData();
      form.set('intent', 'new-link');
      expect(await submit(anybody(), form, { params: { token }, query: new URLSearchParams() } as never)).toEqual({
        ok: true,
        go: `/invitation/${token}?asked=1`,
      });
    }
    expect(await sentSince(customer.admin.userId, 1)).toEqual([]);
  });
});
