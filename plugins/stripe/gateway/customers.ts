import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { ChargeOrder, Payer } from '@portico/plugin-billing/api';
import type Stripe from 'stripe';
import { placeFor } from './call-lanes.ts';
import { inTurn } from './in-turn.ts';

/** Stripe's customers of the bill groups whose orders need one: those who keep a card, or pay with one that is kept. */
export async function customersOf(ctx: Ctx, stripe: Stripe, orders: readonly ChargeOrder[]): Promise<Map<Id, string>> {
  const known = await knownCustomers(ctx, [...new Set(orders.map(({ payer }) => payer.billGroupId))]);
  const missing = new Map(orders.filter(({ payer, keepMethod }) => keepMethod && !known.has(payer.billGroupId)).map(({ payer }) => [payer.billGroupId, payer]));
  for (const payer of missing.values()) known.set(payer.billGroupId, await customerOf(ctx, stripe, payer));
  return known;
}

async function knownCustomers(ctx: Ctx, billGroupIds: readonly Id[]): Promise<Map<Id, string>> {
  const rows = await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.rows<{ bill_group_id: Id; customer: string }>(sql`select bill_group_id, customer from stripe.customers
      where tenant_id = ${ctx.tenant.id} and bill_group_id = any(${billGroupIds}::uuid[])`),
    ),
  );
  return new Map(rows.map(({ bill_group_id, customer }) => [bill_group_id, customer]));
}

/** The customer of a bill group, made when there is none: its key is the bill group, so that two at once make one. */
export async function customerOf(ctx: Ctx, stripe: Stripe, { billGroupId, name }: Payer): Promise<string> {
  const known = (await knownCustomers(ctx, [billGroupId])).get(billGroupId);
  if (known) return known;
  await placeFor(ctx, 'POST /v1/customers');
  const { id } = await stripe.customers.create({ name, metadata: { billGroup: billGroupId } }, { idempotencyKey: `${billGroupId}:customer` });
  await inTurn(ctx, () =>
    ctx.inTenant((tx) =>
      tx.run(sql`insert into stripe.customers (id, bill_group_id, customer, created_at) values (${ctx.newId()}, ${billGroupId}, ${id}, ${tx.ctx.clock.now()}::timestamptz)
      on conflict (tenant_id, bill_group_id) do nothing`),
    ),
  );
  return (await knownCustomers(ctx, [billGroupId])).get(billGroupId)!;
}
