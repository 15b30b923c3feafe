import { hoursAfter, msBetween, type Id } from '@portico/kit';
import { core as coreKey, sql } from '@portico/kit/server';
import { invitation as theCase } from '@portico/workflows/invitation';
import { analyze, startTestPortal } from '@portico/testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CreateAccount, createAccount } from '../account/create-account.ts';
import { invitationListSql, listInvitations, readInvitation } from '../invitation/invitation.queries.ts';
import { inviteByHand } from '../invitation/invite-admins.ts';
import { sendAgain } from '../invitation/send-again.ts';
import { changeMember } from '../member/change-member.ts';
import { ChangeMember } from '../member/member-input.ts';
import { aCustomer, aMember, type TestCustomer } from '../testing.ts';
import { GOOD, openInviting } from './inviting-business.ts';

const portal = await startTestPortal();
afterAll(() => portal.close());
const a = await portal.business('alpha');
const b = await portal.business('beta');
const { owner, mailsTo, invite, anInvitedCustomer, invitationsOf, followed, latestToken, opened, accept, signIn, goTo } = await openInviting(portal, a);
beforeEach(() => portal.core.pool.query('delete from portico.rate_limits'));

describe('a customer that is invited', () => {
  it('gets one mail, to the account admin who came first, with a link (R-0.1, R-0.4)', async () => {
    const customer = await aCustomer(a);
    await aMember(a, customer, { isAdmin: true });
    await aMember(a, customer);
    await invite(customer);
    await a.settleProcesses();
    const mails = await mailsTo(customer.admin.userId);
    expect(mails.map(({ template }) => template)).toEqual(['invitation']);
    expect(mails[0]!.token).toMatch(/^[\w.-]{84}$/);
    expect(await invitationsOf(customer)).toMatchObject([{ state: 'open', userId: customer.admin.userId, invitedBy: null }]);
  });

  it('is told once for one payment, though it is told again and though it expired since (R-0.3)', async () => {
    const customer = await aCustomer(a);
    const payment = owner.newId();
    await Promise.all([1, 2, 3].map(() => invite(customer, payment)));
    await owner.inTenant((tx) => tx.run(sql`update accounts.invitations set state = 'expired' where account_id = ${customer.accountId}`));
    await invite(customer, payment);
    expect(await invitationsOf(customer)).toHaveLength(1);
  });

  it('gets no second one by another cause while it is open, and none after it was accepted (R-0.3)', async () => {
    const customer = await anInvitedCustomer();
    await Promise.all([1, 2].map(() => invite(customer)));
    await accept(await latestToken(customer));
    await invite(customer);
    await a.settleProcesses();
    expect(await mailsTo(customer.admin.userId)).toHaveLength(1);
    expect(await invitationsOf(customer)).toHaveLength(1);
  });

  it('gets no second one after Temporal has lost all it knew: rows say what was sent (R-0.3)', async () => {
    const customer = await anInvitedCustomer();
    await owner.inTenant(async (tx) =>
      tx.nudge(theCase, (await tx.row<{ id: Id }>(sql`select id from accounts.invitations where account_id = ${customer.accountId}`))!.id),
    );
    await a.settleProcesses();
    expect(await mailsTo(customer.admin.userId)).toHaveLength(1);
  });

  it('gets none when an account admin has signed in before, or no mail reaches any (R-0.6)', async () => {
    const [known, silent] = [await aCustomer(a), await aCustomer(a)];
    const second = await aMember(a, known, { isAdmin: true });
    await portal.core.identity.openSession(a.tenant, second.userId, 'test');
    await owner.inTenant((tx) =>
      tx.run(sql`update portico.users set email = null, email_key = null, user_name = 'm' || id, user_name_key = 'm' || id where id = ${silent.admin.userId}`),
    );
    for (const customer of [known, silent]) {
      await invite(customer);
      expect(await invitationsOf(customer)).toEqual([]);
    }
  });

  it('that is not there, or another business’s, is not found', async () => {
    const foreign = await aCustomer(b);
    await expect(invite(foreign)).rejects.toMatchObject({ code: 'portico.not-found' });
    await expect(invite({ accountId: owner.newId() })).rejects.toMatchObject({ code: 'portico.not-found' });
  });
});

describe('a customer without a password', () => {
  const unsigned = (more: object) => CreateAccount.parse({ name: 'Quiet Roofing', admin: { name: 'Ines Quiet', ...more } });
  it('is created by staff; its admin gets mail and cannot sign in before the invitation was accepted (R-0.5)', async () => {
    const { accountId, memberId, userId } = await createAccount(owner, unsigned({ email: 'ines@quiet.example', password: null }));
    for (const guess of ['', 'null', GOOD]) await expect(signIn('ines@quiet.example', guess)).rejects.toMatchObject({ code: 'portico.sign-in-refused' });
    await inviteByHand(owner, accountId);
    await a.settleProcesses();
    const [mail] = await mailsTo(userId);
    expect(await accept(mail!.token)).toBe(userId);
    expect((await signIn('ines@quiet.example', GOOD)).token).toMatch(/^[\w-]{43}$/);
    expect(await owner.inTenant((tx) => tx.users.find(userId))).toMatchObject({ mustChangePassword: false });
    expect(memberId).not.toBe(userId);
  });
  it('needs an e-mail address for the invitation', () => {
    const refused = CreateAccount.safeParse({ name: 'Quiet', admin: { name: 'Ines', userName: 'ines.q' } });
    expect(refused.error?.issues).toMatchObject([{ path: ['admin', 'email'], message: 'accounts.problem.email-for-invitation' }]);
    expect(CreateAccount.safeParse({ name: 'Quiet', admin: { name: 'Ines', userName: 'ines.q', password: GOOD } }).success).toBe(true);
  });
});

describe('the timeline of an invitation', () => {
  it('shows what comes, and that is what happens as the clock moves: a reminder with the same link after 3 days, the end after 14 (R-0.7)', async () => {
    const customer = await anInvitedCustomer();
    const [row] = await invitationsOf(customer);
    const first = await latestToken(customer);
    const { timeline } = await followed(customer);
    expect(timeline.past.map(({ key }) => key)).toEqual(['send']);
    expect(timeline.planned.map(({ key }) => key)).toEqual(['remind', 'expire']);
    expect(timeline.planned.map(({ at }) => Math.round(msBetween(row!.invitedAt, at) / 86_400_000))).toEqual([3, 14]);
    await goTo(hoursAfter(timeline.planned[0]!.at, -1));
    expect((await followed(customer)).timeline.past).toHaveLength(1);
    await goTo(timeline.planned[0]!.at);
    expect((await mailsTo(customer.admin.userId)).map(({ template, token }) => [template, token === first])).toEqual([
      ['invitation', true],
      ['invitation-reminder', true],
    ]);
    await goTo(timeline.planned[1]!.at);
    expect(await followed(customer)).toMatchObject({ state: 'expired', timeline: { state: 'ended', outcome: 'expired', planned: [] } });
    expect(await opened(first)).toMatchObject({ kind: 'dead' });
    expect(await accept(first)).toBeUndefined();
  });

  it('keeps the days that the business had when it began', async () => {
    const api = a.systemCtx('core').use(coreKey);
    const set = (invitationReminderDays: number, invitationExpiryDays: number) =>
      api.saveSettings('accounts', { invitationReminderDays, invitationExpiryDays });
    const before = await anInvitedCustomer();
    await set(1, 2);
    const after = await anInvitedCustomer();
    await set(3, 14);
    const daysOf = async (customer: TestCustomer) => {
      const { invitedAt, timeline } = await followed(customer);
      return timeline.planned.map(({ at }) => Math.round(msBetween(invitedAt, at) / 86_400_000));
    };
    expect([await daysOf(before), await daysOf(after)]).toEqual([
      [3, 14],
      [1, 2],
    ]);
  });

  it('says that no reminder was needed by who came in another way', async () => {
    const customer = await anInvitedCustomer();
    await portal.core.identity.openSession(a.tenant, customer.admin.userId, 'test');
    await goTo((await followed(customer)).timeline.planned[0]!.at);
    expect((await followed(customer)).timeline.past).toMatchObject([{ key: 'send' }, { key: 'remind', outcome: 'skipped' }]);
    expect(await mailsTo(customer.admin.userId)).toHaveLength(1);
  });
});

describe('an invitation that is sent again', () => {
  const again = async (customer: TestCustomer, by = owner) => {
    await sendAgain(by, (await invitationsOf(customer))[0]!.id);
    await a.settleProcesses();
  };

  it('makes the older link dead at once, and the new one lasts its full time (R-0.8)', async () => {
    const customer = await anInvitedCustomer();
    const older = await latestToken(customer);
    await goTo((await followed(customer)).timeline.planned[0]!.at);
    await sendAgain(owner, (await invitationsOf(customer))[0]!.id);
    expect(await opened(older)).toMatchObject({ kind: 'dead' });
    expect(await accept(older)).toBeUndefined();
    await a.settleProcesses();
    const newer = await latestToken(customer);
    expect(newer).not.toBe(older);
    const { invitedAt, expiresAt, timeline } = await followed(customer);
    expect(Math.round(msBetween(invitedAt, expiresAt) / 86_400_000)).toBe(14);
    expect(timeline.past.map(({ key }) => key)).toEqual(['send', 'remind', 'send-again']);
    expect(timeline.planned.map(({ key }) => key)).toEqual(['remind', 'expire']);
    expect(await accept(newer)).toBe(customer.admin.userId);
  });

  it('works after it has expired, and begins anew', async () => {
    const customer = await anInvitedCustomer();
    await goTo((await followed(customer)).timeline.planned[1]!.at);
    expect((await followed(customer)).state).toBe('expired');
    await again(customer);
    expect(await followed(customer)).toMatchObject({
      state: 'open',
      timeline: { past: [{ key: 'send-again' }], planned: [{ key: 'remind' }, { key: 'expire' }] },
    });
    expect(await accept(await latestToken(customer))).toBe(customer.admin.userId);
  });

  it('goes to another account admin when its person was switched off', async () => {
    const customer = await anInvitedCustomer();
    const second = await aMember(a, customer, { isAdmin: true });
    const older = await latestToken(customer);
    await changeMember(owner, customer.admin.memberId, ChangeMember.parse({ enabled: false }));
    expect(await opened(older)).toMatchObject({ kind: 'dead' });
    await again(customer);
    expect((await invitationsOf(customer))[0]).toMatchObject({ userId: second.userId });
    expect(await accept(older)).toBeUndefined();
  });

  it('is refused once it was accepted, to customers, and to another business (A11)', async () => {
    const customer = await anInvitedCustomer();
    const [row] = await invitationsOf(customer);
    const foreign = await b.ctxOf('owner', 'accounts');
    await expect(sendAgain(await a.ctxOf(customer.admin.userId, 'accounts'), row!.id)).rejects.toMatchObject({ code: 'portico.forbidden' });
    await expect(sendAgain(foreign, row!.id)).rejects.toMatchObject({ code: 'portico.not-found' });
    await expect(readInvitation(foreign, row!.id)).rejects.toMatchObject({ code: 'portico.not-found' });
    await accept(await latestToken(customer));
    await expect(sendAgain(owner, row!.id)).rejects.toMatchObject({ code: 'accounts.invitation-accepted' });
  });
});

describe('staff who invite by hand', () => {
  it('are answered with the invitation; a second press, or two at once, make one', async () => {
    const customer = await aCustomer(a);
    const twice = await Promise.allSettled([1, 2].map(async () => inviteByHand(await a.ctxOf('owner', 'accounts'), customer.accountId)));
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(inviteByHand(owner, customer.accountId)).rejects.toMatchObject({ code: 'accounts.already-invited' });
    expect(await invitationsOf(customer)).toMatchObject([{ invitedBy: expect.any(String) as string }]);
  });
  it('find nobody where every account admin has signed in, and no customer of another business', async () => {
    const customer = await aCustomer(a);
    await expect(inviteByHand(await b.ctxOf('owner', 'accounts'), customer.accountId)).rejects.toMatchObject({ code: 'portico.not-found' });
    await portal.core.identity.openSession(a.tenant, customer.admin.userId, 'test');
    await expect(inviteByHand(owner, customer.accountId)).rejects.toMatchObject({ code: 'accounts.nobody-to-invite' });
  });
});

describe('the list of invitations', () => {
  it('stops at the end of its page, in every order and with every filter: each has an index', async () => {
    const many = await portal.business('many');
    const ctx = await many.ctxOf('owner', 'accounts');
    const { accountId, admin } = await aCustomer(many);
    await ctx.inTenant((tx) =>
      tx.run(sql`insert into accounts.invitations (id, account_id, user_id, cause, state, created_at, invited_at, remind_at, expires_at)
        select gen_random_uuid(), ${accountId}, ${admin.userId}, gen_random_uuid(), 'expired', at, at, at, at
        from (select ${ctx.clock.now()}::timestamptz - make_interval(mins => n) as at from generate_series(1, 3000) n) as made`),
    );
    await analyze(portal);
    for (const sort of ['created', '-created'] as const) {
      const { nextCursor } = await ctx.inTenant((tx) => listInvitations(tx, { limit: 10, sort }));
      for (const [index, filter] of Object.entries({
        invitations_created: {},
        invitations_state: { state: 'expired' as const },
        invitations_of_account: { accountId },
      })) {
        const statement = invitationListSql(ctx, { sort, limit: 10, cursor: nextCursor!, ...filter });
        const plan = await ctx.inTenant((tx) => tx.rows<{ 'QUERY PLAN': string }>(sql`explain ${statement}`));
        const text = plan.map((line) => line['QUERY PLAN']).join('\n');
        expect(text, index).toMatch(/Index Scan.* using invitations_/);
        expect(text, index).not.toMatch(/Sort|Seq Scan on invitations/);
      }
    }
  });
});
