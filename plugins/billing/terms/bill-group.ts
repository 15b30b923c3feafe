import { NotFound, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { CardOwner } from './keep-card.ts';

/** The bill group, when the actor may change its terms. Throws NotFound for any other. */
export async function demandBillGroup(tx: Tx, billGroupId: Id): Promise<CardOwner & { readonly name: string }> {
  const { ctx } = tx;
  const group = await tx.row<CardOwner & { name: string }>(sql`select g.account_id, g.id as bill_group_id, a.name from accounts.bill_group_v1 g
    join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = g.account_id where g.tenant_id = ${ctx.tenant.id} and g.id = ${billGroupId}`);
  if (!group || !ctx.may('change', 'BillingTerms', group)) throw new NotFound();
  return group;
}
