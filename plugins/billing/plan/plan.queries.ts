import { NotFound, type Id, type Instant, type IntervalUnit } from '@portico/kit';
import { listQuery, sql, walkList, type Ctx, type ListPlace, type Sql, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';
import type { PlanName } from '../api.ts';
import type { PlanState } from './plan.model.ts';

/** Minor units on the wire. */
export interface Amount {
  readonly amount: number;
  readonly currency: string;
}

/** A plan as lists and pages show it. */
export interface PlanView {
  readonly id: Id;
  readonly name: string;
  readonly about: string;
  readonly state: PlanState;
  readonly every: { readonly unit: IntervalUnit; readonly count: number };
  readonly prices: readonly Amount[];
  /** Subscriptions that have not ended. */
  readonly inUse: number;
  readonly createdAt: Instant;
}

/** What the list of plans can be asked for. */
export const ListPlans = listQuery(['-created', 'created']).extend({ state: z.enum(['draft', 'live', 'archived']).optional() });
export type ListPlans = z.output<typeof ListPlans>;

type PlanRow = Omit<PlanView, 'every'> & { unit: IntervalUnit; count: number; sort_key: Instant };

const select = (ctx: Ctx, from: Sql): Sql => sql`
  select p.id, p.name, p.about, p.state, p.interval_unit as unit, p.interval_count as count, p.created_at as "createdAt", p.created_at as sort_key,
    coalesce((select jsonb_agg(jsonb_build_object('amount', r.amount_minor, 'currency', r.currency) order by r.currency)
      from billing.prices r where r.tenant_id = ${ctx.tenant.id} and r.plan_id = p.id), '[]') as prices,
    (select count(*)::int from (select from billing.subscriptions s
      where s.tenant_id = ${ctx.tenant.id} and s.plan_id = p.id and s.state <> 'ended' limit 10001) counted) as "inUse"
  from (${from}) p`;

const viewOf = ({ unit, count, sort_key: _, ...row }: PlanRow): PlanView => ({ ...row, every: { unit, count } });

/** The business's plans, newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listPlans(tx: Tx, query: ListPlace & Pick<ListPlans, 'state'>): Promise<WalkedPage<PlanView>> {
  const { ctx } = tx;
  const keyset = walkList<PlanRow>({ key: sql`p.created_at`, type: 'timestamptz' }, sql`p.id`, query);
  const from = sql`select p.* from billing.plans p
    where p.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'Plan', 'p')} ${query.state ? sql`and p.state = ${query.state}` : sql``} and ${keyset.where} ${keyset.orderAndLimit}`;
  const { rows, nextCursor, previousCursor } = keyset.page(await tx.rows<PlanRow>(sql`${select(ctx, from)} ${keyset.order}`));
  return { data: rows.map(viewOf), nextCursor, previousCursor };
}

/** One plan. Throws NotFound. */
export async function readPlan(tx: Tx, planId: Id): Promise<PlanView> {
  const { ctx } = tx;
  const row = await tx.row<PlanRow>(
    select(ctx, sql`select p.* from billing.plans p where p.tenant_id = ${ctx.tenant.id} and p.id = ${planId} and ${ctx.visible('read', 'Plan', 'p')}`),
  );
  if (!row) throw new NotFound();
  return viewOf(row);
}

/** The live plans by name, for a choice. A business has a handful; the first 500. */
export async function plansForChoice(tx: Tx): Promise<readonly PlanView[]> {
  const { ctx } = tx;
  const rows = await tx.rows<PlanRow>(sql`${select(ctx, sql`select p.* from billing.plans p where p.tenant_id = ${ctx.tenant.id} and p.state = 'live'`)}
    order by p.name, p.id limit 500`);
  return rows.map(viewOf);
}

/** Every plan with its name, those on sale first; the first 500. Names of plans are no secret within the business. */
export const planNames = (tx: Tx): Promise<PlanName[]> =>
  tx.rows(sql`select p.id as "planId", p.name from billing.plans p where p.tenant_id = ${tx.ctx.tenant.id}
    order by case p.state when 'live' then 0 when 'archived' then 1 else 2 end, p.name, p.id limit 500`);
