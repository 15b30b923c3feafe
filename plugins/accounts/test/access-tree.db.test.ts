import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput, type Id } from '@portico/kit';
import { core, sql, type Ctx } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { createAccount, CreateAccount } from '../account/create-account.ts';
import { changeMember } from '../member/change-member.ts';
import { insertMember } from '../member/create-member.ts';

let portal: TestPortal;
let a: TestBusiness;
let owner: Ctx;
let serial = 0;

beforeAll(async () => {
  portal = await startTestPortal();
  a = await portal.business('alpha');
  owner = await a.ctxOf('owner', 'accounts');
});
afterAll(() => portal.close());

interface Row {
  readonly id: Id;
  readonly user_id: Id;
  readonly parent_id: Id | null;
  readonly is_admin: boolean;
  readonly view_downline: boolean;
  readonly enabled: boolean;
}

/** An account with so many members besides its admin, all of them without a parent. */
async function accountWith(
  count: number,
  access: (at: number) => { viewDownline: boolean; enabled: boolean } = () => ({ viewDownline: false, enabled: true }),
): Promise<{ accountId: Id; ids: Id[] }> {
  const { accountId } = await createAccount(
    owner,
    CreateAccount.parse({ name: 'Tree', admin: { name: 'Root', userName: `root.${++serial}`, password: 'correct horse battery' } }),
  );
  const ids = await owner.inTenant(async (tx) => {
    const made: Id[] = [];
    for (let at = 0; at < count; at += 1) {
      const input = { name: `Member ${at}`, userName: `tree.${++serial}`, adminAccess: false, parentId: null, ...access(at) };
      made.push((await insertMember(tx, accountId, input, { passwordHash: 'none', mustChangePassword: false })).memberId);
    }
    return made;
  });
  return { accountId, ids };
}

const rowsOf = (accountId: Id): Promise<Row[]> =>
  owner.inTenant((tx) =>
    tx.rows<Row>(sql`select id, user_id, parent_id, is_admin, view_downline, enabled from accounts.members where account_id = ${accountId}`),
  );

/** The members above one, from the rows alone; throws on a loop. */
function pathUp(rows: readonly Row[], id: Id): Id[] {
  const path: Id[] = [];
  for (let at = rows.find((row) => row.id === id)?.parent_id; at; at = rows.find((row) => row.id === at)?.parent_id) {
    if (path.includes(at) || at === id) throw new Error('a loop');
    path.push(at);
  }
  return path;
}

const moves = (members: number) => fc.array(fc.tuple(fc.nat(members - 1), fc.option(fc.nat(members - 1))), { minLength: 1, maxLength: 25 });

describe('a tree of members', () => {
  it('admits no loop, whatever is put below whom, and admits whatever is none (R-1.43)', async () => {
    await fc.assert(
      fc.asyncProperty(moves(8), async (tries) => {
        const { accountId, ids } = await accountWith(8);
        const parents = new Map<number, number | null>();
        for (const [child, parent] of tries) {
          const below = (at: number | null | undefined): boolean => at !== null && at !== undefined && (at === child || below(parents.get(at)));
          const wanted = changeMember(await a.ctxOf('owner', 'accounts'), ids[child]!, { parentId: parent === null ? null : ids[parent]! });
          if (below(parent)) await expect(wanted).rejects.toThrow(InvalidInput);
          else {
            await wanted;
            parents.set(child, parent);
          }
        }
        const rows = await rowsOf(accountId);
        for (const [at, id] of ids.entries()) expect(rows.find((row) => row.id === id)!.parent_id).toBe(ids[parents.get(at) ?? -1] ?? null);
      }),
      { numRuns: 15 },
    );
  });

  it('admits no loop when many move in the same instant', async () => {
    const { accountId, ids } = await accountWith(6);
    const all = ids.flatMap((child) => ids.filter((parent) => parent !== child).map((parent) => ({ child, parent })));
    const contexts = await Promise.all(all.map(() => a.ctxOf('owner', 'accounts')));
    const settled = await Promise.allSettled(all.map(({ child, parent }, at) => changeMember(contexts[at]!, child, { parentId: parent })));
    expect(settled.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(InvalidInput);
    const rows = await rowsOf(accountId);
    for (const id of ids) expect(() => pathUp(rows, id)).not.toThrow();
  });

  it('gives each user the roles that a naive walk over the rows gives (R-1.40 to R-1.44)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ parent: fc.option(fc.nat(11)), viewDownline: fc.boolean(), enabled: fc.boolean() }), { minLength: 12, maxLength: 12 }),
        async (forest) => {
          const { accountId, ids } = await accountWith(12, (at) => forest[at]!);
          // a parent with a smaller number only: a forest by construction
          await owner.inTenant(async (tx) => {
            for (const [at, { parent }] of forest.entries()) {
              if (parent !== null && parent < at) await tx.run(sql`update accounts.members set parent_id = ${ids[parent]!} where id = ${ids[at]!}`);
            }
          });
          const rows = await rowsOf(accountId);
          for (const row of rows) {
            const roles = await a.systemCtx('core').use(core).rolesOf(row.user_id);
            if (!row.enabled) {
              expect(roles).toEqual([]);
              continue;
            }
            const below = rows
              .filter((other) => pathUp(rows, other.id).includes(row.id))
              .map((other) => other.id)
              .sort();
            expect(roles).toHaveLength(1);
            expect(roles[0]).toMatchObject({ role: row.is_admin ? 'account-admin' : 'member', accountId, memberId: row.id });
            expect(roles[0]!.downlineMemberIds).toEqual(row.view_downline ? below : undefined);
            expect(roles[0]!.billGroupIds).toHaveLength(1);
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});
