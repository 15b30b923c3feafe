import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { mayDo, visibleRows, type RightsOf } from '@portico/core';
import type { Scope } from '@portico/kit';
import { sql, type Actor, type Role } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

const portal = await startTestPortal({ plugins: [] });
afterAll(() => portal.close());

const RUNS = 10_000;
const idOf = (kind: number, n: number): string => `0000000${kind}-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ACCOUNTS = 3;
const MEMBERS = 8;
const GROUPS = 4;

const scope = fc.constantFrom<Scope>('own', 'downline', 'bill-group', 'account', 'tenant', 'owner');
const columns = fc.record({
  member: fc.constantFrom('member_id', undefined),
  billGroup: fc.constantFrom('bill_group_id', undefined),
  account: fc.constantFrom('account_id', 'account_id', 'account_id', undefined),
});
/** A forest: member n's parent is an earlier member, or none. */
const forest = fc.tuple(...Array.from({ length: MEMBERS }, (_, n) => (n === 0 ? fc.constant(undefined) : fc.option(fc.nat(n - 1), { nil: undefined }))));
const role = fc.record({
  role: fc.constantFrom<Role['role']>('owner', 'staff', 'account-admin', 'account-admin', 'member', 'member', 'member', 'member'),
  account: fc.option(fc.nat(ACCOUNTS - 1), { nil: undefined }),
  member: fc.option(fc.nat(MEMBERS - 1), { nil: undefined }),
  groups: fc.option(fc.uniqueArray(fc.nat(GROUPS - 1), { maxLength: 3 }), { nil: undefined }),
  downline: fc.boolean(),
});
const row = fc.record({
  account: fc.option(fc.nat(ACCOUNTS - 1), { nil: null }),
  member: fc.option(fc.nat(MEMBERS - 1), { nil: null }),
  group: fc.option(fc.nat(GROUPS - 1), { nil: null }),
});
const world = fc.record({ scope, columns, forest, roles: fc.array(role, { maxLength: 3 }), rows: fc.array(row, { minLength: 1, maxLength: 12 }) });
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function below(parents: readonly (number | undefined)[], member: number): number[] {
  const children = parents.flatMap((parent, n) => (parent === member ? [n] : []));
  return children.flatMap((child) => [child, ...below(parents, child)]);
}

function actorOf({ roles, forest: parents }: World): Actor {
  const made = roles.map(
    (one): Role => ({
      role: one.role,
      ...(one.account === undefined ? {} : { accountId: idOf(1, one.account) }),
      ...(one.member === undefined ? {} : { memberId: idOf(2, one.member) }),
      ...(one.groups === undefined ? {} : { billGroupIds: one.groups.map((group) => idOf(3, group)) }),
      ...(one.downline && one.member !== undefined ? { downlineMemberIds: below(parents, one.member).map((member) => idOf(2, member)) } : {}),
    }),
  );
  return { kind: 'user', id: idOf(9, 1), name: '', roles: made };
}

const rightsOf = (one: World): RightsOf => ({
  subject: () => ({ columns: Object.fromEntries(Object.entries(one.columns).filter(([, column]) => column)), actions: { read: one.scope } }),
  sourceRights: new Set(),
});
const rowsOf = (one: World) =>
  one.rows.map((r, n) => ({
    n,
    account_id: r.account === null ? null : idOf(1, r.account),
    member_id: r.member === null ? null : idOf(2, r.member),
    bill_group_id: r.group === null ? null : idOf(3, r.group),
  }));

/** The rule as the architecture tells it, written down once more, without the product's code. */
function expected(one: World, r: ReturnType<typeof rowsOf>[number]): boolean {
  const { columns: names } = one;
  return actorOf(one).roles.some((own) => {
    if (own.role === 'owner') return true;
    if (own.role === 'staff') return one.scope !== 'owner';
    if (one.scope === 'tenant' || one.scope === 'owner' || !names.account || !own.accountId || r.account_id !== own.accountId) return false;
    if (own.role === 'account-admin') return true;
    if (one.scope === 'bill-group') return Boolean(names.billGroup && r.bill_group_id && own.billGroupIds?.includes(r.bill_group_id));
    if (one.scope === 'account' || !names.member || !r.member_id) return false;
    return r.member_id === own.memberId || (one.scope === 'downline' && Boolean(own.downlineMemberIds?.includes(r.member_id)));
  });
}

describe('rights (R-1.40–1.44)', () => {
  it(`decide alike for one row and as SQL for a list, in ${RUNS} random rule sets and trees`, { timeout: 120_000 }, async () => {
    const ctx = (await portal.business('alpha')).systemCtx('core');
    await ctx.inTenant((tx) =>
      fc.assert(
        fc.asyncProperty(world, async (one) => {
          const [rights, actor, rows] = [rightsOf(one), actorOf(one), rowsOf(one)];
          const inMemory = rows.filter((r) => mayDo(rights, actor, 'read', 'Thing', r)).map((r) => r.n);
          const listed = await tx.rows<{
            n: number;
          }>(sql`select n from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(n int, account_id uuid, member_id uuid, bill_group_id uuid)
            where ${visibleRows(rights, actor, 'read', 'Thing', 'r')} order by n`);
          expect(inMemory).toEqual(rows.filter((r) => expected(one, r)).map((r) => r.n));
          expect(listed.map((r) => r.n)).toEqual(inMemory);
        }),
        { numRuns: RUNS },
      ),
    );
  });

  it('a row that does not say whose it is belongs to nobody', () => {
    const rights: RightsOf = {
      subject: () => ({ columns: { account: 'account_id', member: 'member_id' }, actions: { read: 'own' } }),
      sourceRights: new Set(),
    };
    const actor: Actor = { kind: 'user', id: 'u', name: '', roles: [{ role: 'member' }, { role: 'account-admin' }, { role: 'member', accountId: idOf(1, 1) }] };
    expect(mayDo(rights, actor, 'read', 'Thing', {})).toBe(false);
    expect(mayDo(rights, actor, 'read', 'Thing', { account_id: null, member_id: null })).toBe(false);
    expect(visibleRows(rights, actor, 'read', 'Thing', 'r').text).toBe('false');
  });

  it('an action that nobody declared is nobody’s, the owner’s neither', () => {
    const rights: RightsOf = { subject: () => ({ columns: {}, actions: { read: 'tenant' } }), sourceRights: new Set() };
    expect(mayDo(rights, { kind: 'staff', id: 'u', name: '', roles: [{ role: 'owner' }] }, 'burn', 'Thing')).toBe(false);
  });
});
