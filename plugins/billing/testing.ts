/** For tests of plugins: somebody who may do everything with money. Product code never imports it. */
import type { Ctx } from '@portico/kit/server';
import type { TestBusiness } from '@portico/testing';

/** A context of billing in which the owner acts, its clock known as in a request. */
export async function actingAsOwner(business: TestBusiness): Promise<Ctx> {
  const ctx = business.systemCtx('billing').child('billing', { kind: 'staff', id: business.ownerId, name: 'Test owner', roles: [{ role: 'owner' }] });
  await ctx.inTenant(async (tx) => tx.ctx.clock.now());
  return ctx;
}
