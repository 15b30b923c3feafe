import { dayOf, NotFound, type Id, type Instant, type IntervalUnit } from '@portico/kit';
import { emptySql, joinSql, listQuery, sql, walkList, type Ctx, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import type { PaidPeriod } from '../api.ts';
import type { Amount } from '../plan/plan.queries.ts';
import type { SubscriptionState } from './subscription.model.ts';

/** What a subscription consists of, with its price for one interval. */
export interface ItemView {
  readonly description: string;
  readonly quantity: number;
  readonly unit: Amount;
}

/** A subscription as lists and its page show it. */
export interface SubscriptionView {
  readonly id: Id;
  readonly number: number;
  readonly accountId: Id;
  readonly account: string;
  readonly billGroupId: Id;
  readonly billGroup: string;
  readonly planId: Id;
  readonly plan: string;
  readonly about: string;
  readonly state: SubscriptionState;
  readonly every: { readonly unit: IntervalUnit; readonly count: number };
  readonly startsOn: string;
  /** The day of the next renewal; none for one that ends or has ended. */
  readonly renewsOn: string | null;
  readonly renewsAt: Instant | null;
  readonly cancelsAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly price: Amount;
  readonly items: readonly ItemView[];
  /** The card that the renewal is charged to; none: it is invoiced. */
  readonly autoPayCard: { readonly brand: string; readonly lastFour: string } | null;
}

/** What a list of subscriptions can be asked for; `current`: all but those that have ended. */
export const ListSubscriptions = listQuery(['-number', 'number']).extend({
  state: z.enum(['current', 'pending', 'active', 'paused', 'cancelling', 'ended']).optional(),
  accountId: z.uuid().optional(),
  planId: z.uuid().optional(),
});
export type ListSubscriptions = z.output<typeof ListSubscriptions>;
type Narrowed = Pick<ListSubscriptions, 'state' | 'accountId' | 'planId'>;

interface Row {
  readonly id: Id;
  readonly number: number;
  readonly account_id: Id;
  readonly account: string;
  readonly bill_group_id: Id;
  readonly bill_group: string;
  readonly plan_id: Id;
  readonly plan: string;
  readonly about: string;
  readonly state: SubscriptionState;
  readonly interval_unit: IntervalUnit;
  readonly interval_count: number;
  readonly anchor_on: string;
  readonly renews_on: string;
  readonly renews_at: Instant;
  readonly cancels_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly currency: string;
  readonly items: readonly { description: string; quantity: number; unit: number }[];
  readonly brand: string | null;
  readonly last_four: string | null;
  readonly sort_key: string;
}

const select = (ctx: Ctx, from: Sql): Sql => sql`select s.*, a.name as account, g.name as bill_group, p.name as plan, p.about, m.brand, m.last_four,
    coalesce((select jsonb_agg(jsonb_build_object('description', i.description, 'quantity', i.quantity, 'unit', i.unit_minor) order by i.position)
      from billing.subscription_items i where i.tenant_id = ${ctx.tenant.id} and i.subscription_id = s.id), '[]') as items
  from (${from}) s
  join billing.plans p on p.tenant_id = ${ctx.tenant.id} and p.id = s.plan_id
  join accounts.account_v1 a on a.tenant_id = ${ctx.tenant.id} and a.id = s.account_id
  join accounts.bill_group_v1 g on g.tenant_id = ${ctx.tenant.id} and g.id = s.bill_group_id
  left join billing.bill_group_terms t on t.tenant_id = ${ctx.tenant.id} and t.bill_group_id = s.bill_group_id and t.auto_pay
  left join billing.payment_methods m on m.tenant_id = ${ctx.tenant.id} and m.id = t.default_method_id and m.removed_at is null`;

function viewOf(row: Row): SubscriptionView {
  const { currency } = row;
  const renews = row.state === 'active' || row.state === 'pending';
  return {
    id: row.id,
    number: row.number,
    accountId: row.account_id,
    account: row.account,
    billGroupId: row.bill_group_id,
    billGroup: row.bill_group,
    planId: row.plan_id,
    plan: row.plan,
    about: row.about,
    state: row.state,
    every: { unit: row.interval_unit, count: row.interval_count },
    startsOn: row.anchor_on,
    renewsOn: renews ? row.renews_on : null,
    renewsAt: renews ? row.renews_at : null,
    cancelsAt: row.cancels_at,
    endedAt: row.ended_at,
    price: { amount: row.items.reduce((sum, { quantity, unit }) => sum + quantity * unit, 0), currency },
    items: row.items.map(({ description, quantity, unit }) => ({ description, quantity, unit: { amount: unit, currency } })),
    autoPayCard: row.brand !== null && row.last_four !== null ? { brand: row.brand, lastFour: row.last_four } : null,
  };
}

/** The subscriptions that the actor may see, newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listSubscriptions(tx: Tx, query: ListPlace & Narrowed): Promise<WalkedPage<SubscriptionView>> {
  const { ctx } = tx;
  const keyset = walkList<Row>({ key: sql`s.number`, type: 'bigint' }, sql`s.id`, query);
  const from = sql`select s.*, s.number::text as sort_key from billing.subscriptions s
    where s.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Subscription', 's')} ${narrowedTo(query)} and ${keyset.where} ${keyset.orderAndLimit}`;
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<Row>(sql`${select(ctx, from)} ${keyset.order}`));
  return { data: rows.map(viewOf), nextCursor, previousCursor };
}

function narrowedTo({ state, accountId, planId }: Narrowed): Sql {
  const parts = [
    ...(state === undefined ? [] : [state === 'current' ? sql`and s.state <> 'ended'` : sql`and s.state = ${state}`]),
    ...(accountId === undefined ? [] : [sql`and s.account_id = ${accountId}`]),
    ...(planId === undefined ? [] : [sql`and s.plan_id = ${planId}`]),
  ];
  return parts.length > 0 ? joinSql(parts, ' ') : emptySql;
}

/** One subscription that the actor may see. Throws NotFound for any other. */
export async function readSubscription(tx: Tx, subscriptionId: Id): Promise<SubscriptionView> {
  const { ctx } = tx;
  const row = await tx.row<Row>(
    select(
      ctx,
      sql`select s.*, '' as sort_key from billing.subscriptions s
        where s.tenant_id = ${ctx.tenant.id} and s.id = ${subscriptionId} and ${ctx.visible('read', 'Subscription', 's')}`,
    ),
  );
  if (!row) throw new NotFound();
  return viewOf(row);
}

/** The people whom a subscription's page names: those who manage the customer's account. */
export const contactsOf = (tx: Tx, accountId: Id): Promise<{ name: string; email: string | null }[]> =>
  tx.rows(sql`select m.name, m.email from accounts.member_v1 m
    where m.tenant_id = ${tx.ctx.tenant.id} and m.account_id = ${accountId} and m.is_admin and m.enabled order by m.name, m.id limit 20`);

/** The periods that are paid and not over, of subscriptions that go on; the first 500. */
export const paidPeriods = (tx: Tx): Promise<PaidPeriod[]> =>
  tx.rows(sql`select p.id as "periodId", s.id as "subscriptionId", s.plan_id as "planId", s.account_id as "accountId", s.bill_group_id as "billGroupId",
      p.starts_on as "startsOn", p.ends_on as "endsOn"
    from billing.subscriptions s join billing.billing_periods p on p.tenant_id = ${tx.ctx.tenant.id} and p.subscription_id = s.id
    where s.tenant_id = ${tx.ctx.tenant.id} and s.state = 'active' and p.paid_at is not null
      and p.starts_on <= ${dayOf(tx.ctx.clock.now(), tx.ctx.tenant.zone)}::date and p.ends_on > ${dayOf(tx.ctx.clock.now(), tx.ctx.tenant.zone)}::date
    order by s.number, p.starts_on limit 500`);
