import { hoursAfter, type InvalidInput, msBetween, type Id, type Instant } from '@portico/kit';
import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { invitation as theCase } from '@portico/workflows/invitation';
import { analyze, startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CreateAccount, createAccount } from '../account/create-account.ts';
import { accounts } from '../api.ts';
import { AcceptInvitation, acceptInvitation } from '../invitation/accept-invitation.ts';
import { askForNewLink } from '../invitation/ask-for-new-link.ts';
import { followInvitation, invitationListSql, listInvitations, readInvitation, type FollowedInvitation } from '../invitation/invitation.queries.ts';
import { inviteByHand } from '../invitation/invite-admins.ts';
import { sendAgain } from '../invitation/send-again.ts';
import { changeMember } from '../member/change-member.ts';
import { ChangeMember } from '../member/member-input.ts';
import { load, submit } from '../public/invitation.server.ts';
import { aCustomer, aMember, type TestCustomer } from '../testing.ts';

const GOOD = 'a quiet pond at dawn';

let portal: TestPortal;
let a: TestBusiness;
let b: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  portal = await startTestPortal();
  a = await portal.business('alpha');
  b = await portal.business('beta');
  await a.settleEvents();
  owner = await a.ctxOf('owner', 'accounts');
});
afterAll(() => portal.close());
beforeEach(() => portal.core.pool.query('delete from portico.rate_limits'));

const anybody = (business = a): Ctx =>
  business.systemCtx('accounts').child('accounts', { kind: 'nobody', id: '00000000-0000-0000-0000-000000000000', name: '', roles: [] });
const now = (): Promise<Instant> => a.systemCtx('accounts').inTenant(async (tx) => tx.ctx.clock.now());
const invited = (customer: Pick<TestCustomer, 'accountId'>, cause: Id = owner.newId()) =>
  a.systemCtx('billing').use(accounts).inviteAdmins({ accountId: customer.accountId, cause });
const invitationsOf = async ({ accountId }: Pick<TestCustomer, 'accountId'>) =>
  (await owner.inTenant((tx) => listInvitations(tx, { accountId, limit: 10, sort: 'created' }))).data;
const followed = async ({ accountId }: Pick<TestCustomer, 'accountId'>): Promise<FollowedInvitation> => (await followInvitation(owner, accountId))!;

interface LinkMail {
  readonly template: string;
  readonly to: Id;
  readonly token: string;
}
/** What was mailed about a customer, with the token that stands in the mail when it leaves. */
async function mailsTo(userId: Id): Promise<LinkMail[]> {
  const mails = (await a.mails()).filter(({ user_id, template }) => user_id === userId && template.startsWith('invitation'));
  return mails.map(({ template, data }) => {
    const url = data['inviteUrl'] as { link: Parameters<Ctx['links']['token']>[0] } | undefined;
    return { template, to: userId, token: url ? owner.links.token(url.link) : '' };
  });
}
const latestToken = async ({ admin }: TestCustomer): Promise<string> => (await mailsTo(admin.userId)).at(-1)!.token;

/** A customer whose admin has a mail with a link. */
async function anInvitedCustomer(): Promise<TestCustomer> {
  const customer = await aCustomer(a);
  await invited(customer);
  await a.settleProcesses();
  return customer;
}

const opened = (token: string, business = a) =>
  load(anybody(business), { params: { token }, query: new URLSearchParams(), url: new URL('http://x') } as unknown as Parameters<typeof load>[1]);
const accept = (token: string, password = GOOD, passwordAgain: string | null = password) =>
  acceptInvitation(anybody(), token, AcceptInvitation.parse({ password, passwordAgain }));
const signIn = (login: string, password: string) => portal.core.identity.signIn(a.tenant, { login, password, ip: '10.0.0.1', userAgent: 'test' });
const emailOf = async ({ admin }: TestCustomer) => (await owner.inTenant((tx) => tx.users.find(admin.userId)))!.email!;
async function goTo(at: Instant): Promise<void> {
  await a.advance(`PT${Math.ceil(msBetween(await now(), at) / 1000)}S`);
  await a.settleProcesses();
}

describe('a customer that is invited', () => {
  it('gets one mail, to the account admin who came first, with a link (R-0.1, R-0.4)', async () => {
    const customer = await aCustomer(a);
    await aMember(a, customer, { isAdmin: true });
    await aMember(a, customer);
    await invited(customer);
    await a.settleProcesses();
    const mails = await mailsTo(customer.admin.userId);
    expect(mails.map(({ template }) => template)).toEqual(['invitation']);
    expect(mails[0]!.token).toMatch(/^[\w.-]{84}$/);
    expect(await invitationsOf(customer)).toMatchObject([{ state: 'open', userId: customer.admin.userId, invitedBy: null }]);
  });

  it('is told once for one payment, though it is told again and though it expired since (R-0.3)', async () => {
    const customer = await aCustomer(a);
    const payment = owner.newId();
    await Promise.all([1, 2, 3].map(() => invited(customer, payment)));
    await owner.inTenant((tx) => tx.run(sql`update accounts.invitations set state = 'expired' where account_id = ${customer.accountId}`));
    await invited(customer, payment);
    expect(await invitationsOf(customer)).toHaveLength(1);
  });

  it('gets no second one by another cause while it is open, and none after it was accepted (R-0.3)', async () => {
    const customer = await anInvitedCustomer();
    await Promise.all([1, 2].map(() => invited(customer)));
    await accept(await latestToken(customer));
    await invited(customer);
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
      await invited(customer);
      expect(await invitationsOf(customer)).toEqual([]);
    }
  });

  it('that is not there, or another business’s, is not found', async () => {
    const foreign = await aCustomer(b);
    await expect(invited(foreign)).rejects.toMatchObject({ code: 'portico.not-found' });
    await expect(invited({ accountId: owner.newId() })).rejects.toMatchObject({ code: 'portico.not-found' });
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

  it('lets one of two browsers in at the same moment, ten rounds (A5)', async () => {
    for (let round = 0; round < 10; round += 1) {
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
    await ask(older);
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
