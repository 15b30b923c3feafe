import { afterAll, expect, it } from 'vitest';
import { claimDueWork, openRounds } from '../dispatch/due-work.ts';
import { sql } from '@portico/kit/server';
import { startTestPortal } from '@portico/testing';

const portal = await startTestPortal({ plugins: [] });
afterAll(() => portal.close());
const businesses = [await portal.business('alpha'), await portal.business('beta'), await portal.business('gamma')];
/** Work of a kind, due since so long. */
const due = async (business: (typeof businesses)[number], kind: 'event' | 'mail', count: number): Promise<void> => {
  const ctx = business.systemCtx('core');
  const rows = Array.from({ length: count }, () => ({ id: ctx.newId(), ref: ctx.newId() }));
  await ctx.inTenant((tx) =>
    tx.run(sql`insert into portico.due_work (id, kind, ref_id, not_before)
      select r.id, ${kind}, r.ref, now() - interval '1 hour' from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, ref uuid)`),
  );
};

it('goes round the businesses, a bounded share of each, and begins again with the first', async () => {
  for (const business of businesses) await due(business, 'event', 5);
  const rounds = openRounds();
  const shares: string[][] = [];
  for (let turn = 0; turn < 8; turn += 1)
    shares.push((await claimDueWork(portal.core.pool, rounds, ['event'], { businesses: 1, perBusiness: 2 })).map(({ tenantId }) => tenantId));
  const [a, b, c] = businesses.map(({ tenant }) => tenant.id).toSorted();
  expect(shares).toEqual([[a, a], [b, b], [c, c], [a, a], [b, b], [c, c], [a], [b]]);
});

it('leaves out who is at work, and kinds that nobody here can do', async () => {
  const [first, second] = businesses;
  await due(first!, 'mail', 50);
  await due(second!, 'event', 1);
  const claimed = await claimDueWork(portal.core.pool, openRounds(), ['event'], { businesses: 20, perBusiness: 40 }, [
    first!.tenant.id,
    businesses[2]!.tenant.id,
  ]);
  expect(claimed.map(({ tenantId, kind }) => ({ tenantId, kind }))).toEqual([{ tenantId: second!.tenant.id, kind: 'event' }]);
});
