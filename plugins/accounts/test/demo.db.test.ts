import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { core, sql, type DemoSignIn } from '@portico/kit/server';
import { startTestPortal, type TestBusiness, type TestPortal } from '@portico/testing';
import { tellDemo } from '../demo/tell-demo.ts';

let portal: TestPortal;
let seller: TestBusiness;
let franchise: TestBusiness;
const signIns: Record<string, readonly DemoSignIn[]> = {};

beforeAll(async () => {
  portal = await startTestPortal();
  seller = await portal.business('seller');
  franchise = await portal.business('franchise');
  for (const [business, story] of [
    [seller, 'lead-seller'],
    [franchise, 'franchise'],
  ] as const) {
    let at = 0;
    const random = () => (at = (at + 0.37) % 1);
    signIns[story] = (await tellDemo(business.systemCtx('accounts'), { business: story, now: '2026-11-22T08:00:00.000Z', random })).signIns;
  }
});
afterAll(() => portal.close());

describe('the demonstration', () => {
  it('has at least 30 customers in each business, each with a bill group and an enabled account admin', async () => {
    for (const business of [seller, franchise]) {
      const rows = await business.systemCtx('accounts').inTenant((tx) =>
        tx.rows<{ groups: number; admins: number }>(sql`select
          (select count(*)::int from accounts.bill_groups g where g.account_id = a.id) as groups,
          (select count(*)::int from accounts.members m where m.account_id = a.id and m.is_admin and m.enabled) as admins from accounts.accounts a`),
      );
      expect(rows.length).toBeGreaterThanOrEqual(30);
      expect(rows.every((row) => row.groups >= 1 && row.admins >= 1)).toBe(true);
    }
  });

  it('has an account admin, a manager with members below and one of those, all of one account, who can sign in at once', async () => {
    for (const [business, story] of [
      [seller, 'lead-seller'],
      [franchise, 'franchise'],
    ] as const) {
      const made = signIns[story]!;
      expect(made.map((one) => one.kind)).toEqual(['account-admin', 'downline', 'member']);
      const roles = [];
      for (const one of made) {
        await portal.core.identity.signIn(business.tenant, { ...one, ip: '127.0.0.1', userAgent: 'test' });
        roles.push((await business.systemCtx('core').use(core).rolesOf(one.userId))[0]!);
      }
      expect(new Set(roles.map((role) => role.accountId)).size).toBe(1);
      expect(roles[1]!.downlineMemberIds).toContain(roles[2]!.memberId);
      expect(roles[2]!.downlineMemberIds).toBeUndefined();
    }
  });

  it('shares no sign-in between the businesses (S7)', async () => {
    for (const one of signIns['lead-seller']!) {
      await expect(portal.core.identity.signIn(franchise.tenant, { ...one, ip: '127.0.0.2', userAgent: 'test' })).rejects.toThrow();
    }
  });
});
