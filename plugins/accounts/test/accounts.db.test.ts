import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Forbidden, InvalidInput, NotFound, type Id } from '@portico/kit';
import { core, sql, type Ctx } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { accounts } from '../api.ts';
import { createAccount, CreateAccount } from '../account/create-account.ts';
import { ACCOUNT_SORTS, accountListSql, findAccount, listAccounts } from '../account/account.queries.ts';
import { changeMember } from '../member/change-member.ts';
import { createMember } from '../member/create-member.ts';
import { LastAccountAdmin, NotYourself } from '../member/member-errors.ts';
import { ChangeMember, CreateMember } from '../member/member-input.ts';
import { findMember, listMembers, parentChoices } from '../member/member.queries.ts';
import { changeProfile } from '../profile/change-profile.ts';

let portal: TestPortal;
let a: TestBusiness;
let b: TestBusiness;
let owner: Ctx;
let serial = 0;

beforeAll(async () => {
  portal = await startTestPortal();
  a = await portal.business('alpha');
  b = await portal.business('beta');
  owner = await a.ctxOf('owner', 'accounts');
});
afterAll(() => portal.close());

const customer = (business = a, name = `Customer ${++serial}`) =>
  business
    .ctxOf('owner', 'accounts')
    .then((ctx) =>
      createAccount(ctx, CreateAccount.parse({ name, admin: { name: 'First Admin', userName: `admin.${++serial}`, password: 'correct horse battery' } })),
    );
const memberOf = (ctx: Ctx, accountId: Id, more: object = {}) =>
  createMember(ctx, CreateMember.parse({ accountId, name: `User ${++serial}`, userName: `user.${serial}`, password: 'correct horse battery', ...more }));
const change = (ctx: Ctx, memberId: string, changes: object) => changeMember(ctx, memberId, ChangeMember.parse(changes));
const fieldsOf = (work: Promise<unknown>) =>
  work.then(
    () => ({}),
    (error: unknown) => (error instanceof InvalidInput ? error.fields : Promise.reject(error)),
  );
const read = (memberId: string) => owner.inTenant((tx) => findMember(tx, memberId));

describe('a customer', () => {
  it('is created by staff with a bill group and an account admin who must change the password (issue 3, line 16)', async () => {
    const { accountId, userId } = await customer(a, 'Brightside Roofing');
    const account = await owner.inTenant((tx) => findAccount(tx, accountId));
    expect(account).toMatchObject({ name: 'Brightside Roofing', userCount: 1, billGroups: [{ name: 'Main' }] });
    const user = await owner.inTenant((tx) => tx.users.find(userId));
    expect(user).toMatchObject({ enabled: true, mustChangePassword: true });
    expect(await a.systemCtx('core').use(core).rolesOf(userId)).toMatchObject([{ role: 'account-admin', accountId, accountName: 'Brightside Roofing' }]);
  });

  it('is told to other plugins, and written into the audit log', async () => {
    const { accountId } = await customer();
    const line = await owner.inTenant((tx) => tx.row<{ what: string }>(sql`select what from portico.audit_log where after->>'accountId' = ${accountId}`));
    expect(line).toEqual({ what: 'accounts.account-created' });
  });

  it('is refused to an account admin, and numbered without gaps after a refusal', async () => {
    const { userId } = await customer();
    const admin = await a.ctxOf(userId, 'accounts');
    await expect(
      createAccount(admin, CreateAccount.parse({ name: 'No', admin: { name: 'No', userName: 'no.body', password: 'correct horse battery' } })),
    ).rejects.toThrow(Forbidden);
    const before = await customer();
    const refused = fieldsOf(
      createAccount(owner, CreateAccount.parse({ name: 'Twin', admin: { name: 'Twin', userName: `admin.${serial}`, password: 'correct horse battery' } })),
    );
    expect(Object.keys(await refused)).toEqual(['admin.userName']);
    const after = await customer();
    const numbers = await owner.inTenant((tx) =>
      tx.rows<{ number: number }>(sql`select number from accounts.accounts where id in (${before.accountId}, ${after.accountId}) order by number`),
    );
    expect(numbers[1]!.number - numbers[0]!.number).toBe(1);
  });

  it('says at its field that an e-mail address is taken in this business, not in another, and that a password is poor', async () => {
    const input = (email: string, password = 'correct horse battery') => CreateAccount.parse({ name: 'X', admin: { name: 'X', email, password } });
    await createAccount(owner, input('dana@example.com'));
    expect(Object.keys(await fieldsOf(createAccount(owner, input('Dana@Example.com'))))).toEqual(['admin.email']);
    expect(Object.keys(await fieldsOf(createAccount(owner, input('new@example.com', 'short'))))).toEqual(['admin.password']);
    await createAccount(await b.ctxOf('owner', 'accounts'), input('dana@example.com'));
  });

  it('of another business is not found, by id and in lists', async () => {
    const there = await customer(b, 'Canary Beta');
    expect(await owner.inTenant((tx) => findAccount(tx, there.accountId))).toBeUndefined();
    expect(await owner.inTenant((tx) => findAccount(tx, 'nonsense'))).toBeUndefined();
    const list = await owner.inTenant((tx) => listAccounts(tx, { limit: 100, sort: 'name', q: 'canary' }));
    expect(list.data).toEqual([]);
  });

  it('is found by the beginning of its name in any case, and every page of every order is walked once, forth and back', async () => {
    for (const name of ['Zeta One', 'zeta Two', 'ZETA three', 'Zeta  Four', 'Zeta%']) await customer(a, name);
    const found = await owner.inTenant((tx) => listAccounts(tx, { limit: 100, sort: 'name', q: ' zETa ' }));
    expect(found.data.map((row) => row.name)).toEqual(
      ['Zeta  Four', 'Zeta One', 'ZETA three', 'zeta Two', 'Zeta%'].sort((x, y) =>
        x.toLowerCase().replace(/\s+/g, ' ') < y.toLowerCase().replace(/\s+/g, ' ') ? -1 : 1,
      ),
    );
    expect((await owner.inTenant((tx) => listAccounts(tx, { limit: 100, sort: 'name', q: 'zeta%' }))).data).toHaveLength(1);
    for (const sort of ['name', '-name', 'created', '-created'] as const) {
      const whole = (await owner.inTenant((tx) => listAccounts(tx, { limit: 100, sort }))).data.map((row) => row.id);
      const walked: string[] = [];
      let cursor: string | undefined;
      let page: Awaited<ReturnType<typeof listAccounts>>;
      do {
        page = await owner.inTenant((tx) => listAccounts(tx, { limit: 3, sort, cursor }));
        walked.push(...page.data.map((row) => row.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(walked).toEqual(whole);
      const back = await owner.inTenant((tx) => listAccounts(tx, { limit: 3, sort, before: page.previousCursor! }));
      expect(back.data.map((row) => row.id)).toEqual(whole.slice(-page.data.length - 3, -page.data.length));
    }
  });

  it('is read from an index in every order, with and without a search, on the first page and later, under row-level security', async () => {
    const c = await portal.business('many');
    const ctx = await c.ctxOf('owner', 'accounts');
    await ctx.inTenant((tx) =>
      tx.run(sql`
      insert into accounts.accounts (id, number, name, name_key, created_at)
      select gen_random_uuid(), n, 'Customer ' || n, 'customer ' || n, timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 20000) n`),
    );
    for (const sort of ACCOUNT_SORTS) {
      const cursor = (await ctx.inTenant((tx) => listAccounts(tx, { limit: 10, sort }))).nextCursor!;
      for (const more of [{}, { cursor }, ...(sort.endsWith('name') ? [{ q: 'customer 7' }] : [])]) {
        const plan = await ctx.inTenant((tx) => tx.rows<{ 'QUERY PLAN': string }>(sql`explain ${accountListSql(ctx, { limit: 10, sort, ...more })}`));
        const text = plan.map((line) => line['QUERY PLAN']).join('\n');
        expect(text).toContain(sort.endsWith('name') ? 'accounts_name on accounts' : 'accounts_created on accounts');
        expect(text).not.toMatch(/Sort|Seq Scan on accounts/);
      }
    }
  });

  it('refuses a cursor that nobody handed out, at its field', async () => {
    for (const cursor of ['nonsense', Buffer.from('["x","y"]').toString('base64url'), Buffer.from('null').toString('base64url')]) {
      expect(Object.keys(await fieldsOf(owner.inTenant((tx) => listAccounts(tx, { limit: 3, sort: 'name', cursor }))))).toEqual(['cursor']);
    }
  });
});

describe('a user of an account', () => {
  it('is added by the account admin, without naming the account, and by staff, who name it (R-1.36 to R-1.39)', async () => {
    const { accountId, userId } = await customer();
    const admin = await a.ctxOf(userId, 'accounts');
    const created = await createMember(
      admin,
      CreateMember.parse({
        name: 'Luis',
        userName: 'luis.o',
        email: 'luis@example.com',
        phone: '+1 503 555 0100',
        password: 'correct horse battery',
        viewDownline: true,
      }),
    );
    expect(await read(created.memberId)).toMatchObject({
      accountId,
      name: 'Luis',
      userName: 'luis.o',
      email: 'luis@example.com',
      adminAccess: false,
      viewDownline: true,
      enabled: true,
      parentId: null,
    });
    expect(Object.keys(await fieldsOf(memberOf(owner, undefined as never)))).toEqual(['accountId']);
    await memberOf(owner, accountId);
  });

  it('is not added by a member, by another account, or to an account of another business', async () => {
    const [one, two, there] = [await customer(), await customer(), await customer(b)];
    const member = await a.ctxOf((await memberOf(owner, one.accountId)).userId, 'accounts');
    await expect(memberOf(member, one.accountId)).rejects.toThrow(Forbidden);
    await expect(memberOf(await a.ctxOf(two.userId, 'accounts'), one.accountId)).rejects.toThrow(NotFound);
    await expect(memberOf(owner, there.accountId)).rejects.toThrow(NotFound);
  });

  it('leaves nothing behind when the login is taken', async () => {
    const { accountId } = await customer();
    await memberOf(owner, accountId, { userName: 'taken.name' });
    const count = () =>
      owner.inTenant((tx) => tx.row(sql`select (select count(*) from portico.users) as users, (select count(*) from accounts.members) as members`));
    const before = await count();
    expect(Object.keys(await fieldsOf(memberOf(owner, accountId, { userName: 'TAKEN.NAME' })))).toEqual(['userName']);
    expect(await count()).toEqual(before);
  });

  it('is listed and found by the account admin alone: not by a member, another account, another business (R-1.41)', async () => {
    const [one, two] = [await customer(), await customer()];
    const added = await memberOf(owner, one.accountId);
    const seenBy = async (userId: Id) =>
      (await a.ctxOf(userId, 'accounts')).inTenant(async (tx) => ({
        list: (await listMembers(tx, { limit: 100, sort: 'name' })).data.map((row) => row.id),
        one: await findMember(tx, added.memberId),
      }));
    expect((await seenBy(one.userId)).list.sort()).toEqual([one.memberId, added.memberId].sort());
    expect(await seenBy(two.userId)).toEqual({ list: [two.memberId], one: undefined });
    expect(await seenBy(added.userId)).toEqual({ list: [], one: undefined });
    const elsewhere = await b.ctxOf('owner', 'accounts');
    expect(await elsewhere.inTenant((tx) => findMember(tx, added.memberId))).toBeUndefined();
  });

  it('is filtered by access, state and part of a name', async () => {
    const { accountId, userId } = await customer();
    const seen = await memberOf(owner, accountId, { name: 'Wanda Filter', viewDownline: true });
    const off = await memberOf(owner, accountId, { enabled: false });
    const admin = await a.ctxOf(userId, 'accounts');
    const ids = (query: object) =>
      admin.inTenant((tx) => listMembers(tx, { limit: 100, sort: 'name', ...query })).then((page) => page.data.map((row) => row.id));
    expect(await ids({ access: 'downline' })).toEqual([seen.memberId]);
    expect(await ids({ enabled: 'false' })).toEqual([off.memberId]);
    expect(await ids({ q: 'a fil' })).toEqual([seen.memberId]);
    expect(await ids({ access: 'own' })).toEqual([off.memberId]);
  });

  it('of another account or business is not found when it is changed, and nothing changes', async () => {
    const [one, two] = [await customer(), await customer()];
    const there = await customer(b);
    const other = await a.ctxOf(two.userId, 'accounts');
    for (const [ctx, id] of [
      [other, one.memberId],
      [owner, there.memberId],
      [owner, 'nonsense'],
      [owner, '01900000-0000-7000-8000-000000000000'],
    ] as const) {
      await expect(change(ctx, id, { name: 'Stolen' })).rejects.toThrow(NotFound);
    }
    expect((await read(one.memberId))!.name).toBe('First Admin');
  });

  it('is changed, and a repeated change changes nothing', async () => {
    const { accountId, memberId } = await customer();
    const added = await memberOf(owner, accountId);
    const changes = { name: 'Renamed', adminAccess: true, viewDownline: true, parentId: memberId, email: 'renamed@example.com' };
    await change(owner, added.memberId, changes);
    const once = await read(added.memberId);
    await change(owner, added.memberId, changes);
    expect(await read(added.memberId)).toEqual(once);
    const lines = await owner.inTenant((tx) =>
      tx.rows(sql`select id from portico.audit_log where what = 'accounts.user-changed' and after->>'memberId' = ${added.memberId}`),
    );
    expect(lines).toHaveLength(1);
    expect(once).toMatchObject({ ...changes, parentName: 'First Admin' });
  });

  it('keeps a way to sign in', async () => {
    const { accountId } = await customer();
    const { memberId } = await memberOf(owner, accountId);
    expect(Object.keys(await fieldsOf(change(owner, memberId, { userName: null })))).toEqual(['userName']);
    expect(CreateMember.safeParse({ name: 'Nobody', password: 'correct horse battery' }).success).toBe(false);
  });

  it('loses every session and the role when switched off, and gets the role back (R-1.45, R-1.46)', async () => {
    const { accountId } = await customer();
    const { memberId, userId } = await memberOf(owner, accountId, { userName: 'off.and.on' });
    await portal.core.identity.signIn(a.tenant, { login: 'off.and.on', password: 'correct horse battery', ip: '127.0.0.1', userAgent: 'test' });
    const sessions = () => owner.inTenant((tx) => tx.rows(sql`select id from portico.sessions where user_id = ${userId}`));
    expect(await sessions()).toHaveLength(1);
    await change(owner, memberId, { enabled: false });
    expect(await sessions()).toEqual([]);
    expect(await a.systemCtx('core').use(core).rolesOf(userId)).toEqual([]);
    await expect(
      portal.core.identity.signIn(a.tenant, { login: 'off.and.on', password: 'correct horse battery', ip: '127.0.0.1', userAgent: 'test' }),
    ).rejects.toThrow();
    await change(owner, memberId, { enabled: true });
    expect(await a.systemCtx('core').use(core).rolesOf(userId)).toMatchObject([{ role: 'member', memberId }]);
  });

  it('does not switch itself off, nor set its own password here', async () => {
    const { accountId, userId, memberId } = await customer();
    await memberOf(owner, accountId, { adminAccess: true });
    const admin = await a.ctxOf(userId, 'accounts');
    await expect(change(admin, memberId, { enabled: false })).rejects.toThrow(NotYourself);
    expect(Object.keys(await fieldsOf(change(admin, memberId, { password: 'another good password' })))).toEqual(['password']);
  });

  it('as the last enabled account admin is neither switched off nor loses Admin Access, by staff neither (R-1.47)', async () => {
    const { accountId, memberId } = await customer();
    await memberOf(owner, accountId, { adminAccess: true, enabled: false });
    await expect(change(owner, memberId, { enabled: false })).rejects.toThrow(LastAccountAdmin);
    await expect(change(owner, memberId, { adminAccess: false })).rejects.toThrow(LastAccountAdmin);
    await change(owner, memberId, { adminAccess: true, name: 'Still here' });
    await memberOf(owner, accountId, { adminAccess: true });
    await change(owner, memberId, { adminAccess: false });
    expect(await read(memberId)).toMatchObject({ adminAccess: false, enabled: true });
  });

  it('is one of two last account admins: of two removals in the same instant one is refused, ten times (R-1.47)', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { accountId, memberId } = await customer();
      const second = await memberOf(owner, accountId, { adminAccess: true });
      const [one, two] = [await a.ctxOf('owner', 'accounts'), await a.ctxOf('owner', 'accounts')];
      const removals = await Promise.allSettled([
        change(one, memberId, round % 2 ? { enabled: false } : { adminAccess: false }),
        change(two, second.memberId, { enabled: false }),
      ]);
      expect(removals.map((removal) => removal.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(removals.flatMap((removal) => (removal.status === 'rejected' ? [removal.reason as unknown] : []))[0]).toBeInstanceOf(LastAccountAdmin);
    }
  });

  it('stands below nobody of another account, and is offered only those it may stand below (R-1.43)', async () => {
    const [one, two] = [await customer(), await customer()];
    const top = await memberOf(owner, one.accountId);
    const below = await memberOf(owner, one.accountId, { parentId: top.memberId });
    expect(Object.keys(await fieldsOf(memberOf(owner, one.accountId, { parentId: two.memberId })))).toEqual(['parentId']);
    expect(Object.keys(await fieldsOf(change(owner, top.memberId, { parentId: two.memberId })))).toEqual(['parentId']);
    expect(Object.keys(await fieldsOf(change(owner, top.memberId, { parentId: below.memberId })))).toEqual(['parentId']);
    expect(Object.keys(await fieldsOf(change(owner, top.memberId, { parentId: top.memberId })))).toEqual(['parentId']);
    const offered = await owner.inTenant((tx) => parentChoices(tx, one.accountId, top.memberId));
    expect(offered.map((choice) => choice.id)).toEqual([one.memberId]);
  });
});

describe('what other plugins ask', () => {
  it('is answered with customers and their bill groups', async () => {
    const { accountId, billGroupId } = await customer(a, 'Aardvark');
    const api = owner.use(accounts);
    const { choices, more } = await api.accountsForChoice();
    expect(choices[0]).toEqual({ accountId, number: expect.any(Number), name: 'Aardvark', billGroups: [{ billGroupId, name: 'Main' }] });
    expect(more).toBe(0);
  });

  it('beyond the first hundred customers says how many there are, and finds each by number, name or beginning', async () => {
    const crowd = await portal.business('crowded');
    const crowdOwner = await crowd.ctxOf('owner', 'accounts');
    await crowd.systemCtx('accounts').inTenant((tx) =>
      tx.run(sql`insert into accounts.accounts (id, number, name, name_key, created_at)
        select gen_random_uuid(), n, 'Customer ' || n, 'customer ' || n, '2026-01-01' from generate_series(1, 640) as n`),
    );
    const api = crowdOwner.use(accounts);
    const { choices, more } = await api.accountsForChoice();
    expect([choices.length, more]).toEqual([100, 540]);
    const named = async (text: string) => (await api.accountsNamed(text)).map(({ name }) => name);
    expect(choices.map(({ name }) => name)).not.toContain('Customer 99');
    expect(await named(' customer  99 ')).toEqual(['Customer 99']);
    expect(await named('#501')).toEqual(['Customer 501']);
    expect(await named('Customer 63')).toEqual(['Customer 63']);
    expect(await named('custom')).toHaveLength(5);
    expect(await named('nobody')).toEqual([]);
    expect(await named('')).toEqual([]);
  });
});

describe('the own profile', () => {
  it('is changed by whoever is signed in, and keeps a way to sign in (R-1.8, R-4.32)', async () => {
    const { accountId } = await customer();
    const { userId } = await memberOf(owner, accountId, { userName: null, email: 'own@example.com' });
    const own = await a.ctxOf(userId, 'accounts');
    await changeProfile(own, { name: 'New Name', email: 'own2@example.com', phone: null });
    expect(await owner.inTenant((tx) => tx.users.find(userId))).toMatchObject({ name: 'New Name', email: 'own2@example.com' });
    expect(Object.keys(await fieldsOf(changeProfile(own, { name: 'New Name', email: null, phone: null })))).toEqual(['email']);
    expect(Object.keys(await fieldsOf(changeProfile(own, { name: 'New Name', email: 'dana@example.com', phone: null })))).toEqual(['email']);
  });
});
