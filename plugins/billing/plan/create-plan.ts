import { isDeepStrictEqual } from 'node:util';
import { InvalidInput, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { Plan, planKey, Price } from './plan.model.ts';
import { PlanFormUsed } from './plan-errors.ts';
import type { WritePlan } from './plan-input.ts';

/**
 * Staff write a plan down as a draft. Answers its id, which is the one that the form was made with: the same plan sent again
 * is answered as the first time, another one under that id throws PlanFormUsed. A name that another plan in use has is
 * InvalidInput at `name`.
 */
export async function createPlan(ctx: Ctx, input: WritePlan, id: Id = ctx.newId()): Promise<Id> {
  ctx.demand('manage', 'Plan');
  return ctx.inTenant(async (tx) => {
    const earlier = await tx.query(Plan).findById(id);
    if (earlier) return demandSame(tx, earlier, input);
    await demandFreeName(tx, input.name, id);
    await tx.query(Plan).insert({ id, ...columnsOf(input), created_at: ctx.clock.now() });
    await writePrices(tx, id, input);
    await tx.audit('billing.plan-created', null, { planId: id, name: input.name });
    return id;
  });
}

/** The columns of a plan that are written down by people. */
export const columnsOf = ({ name, about, every }: WritePlan) => ({
  name,
  name_key: planKey(name),
  about,
  interval_unit: every.unit,
  interval_count: every.count,
});

/** The prices of a plan that has none yet. */
export async function writePrices(tx: Tx, planId: Id, { prices }: WritePlan): Promise<void> {
  await tx.query(Price).insert(prices.map(({ amount, currency }) => ({ id: tx.ctx.newId(), plan_id: planId, currency, amount_minor: amount })));
}

/** Throws InvalidInput at `name` when another plan that is not archived is called so. */
export async function demandFreeName(tx: Tx, name: string, planId: Id): Promise<void> {
  const taken = await tx
    .query(Plan)
    .where({ name_key: planKey(name), archived_at: null })
    .whereNot({ id: planId })
    .first();
  if (taken) throw new InvalidInput({ name: { key: 'billing.problem.name-taken' } });
}

async function demandSame(tx: Tx, earlier: Plan, input: WritePlan): Promise<Id> {
  const prices = await tx.query(Price).where({ plan_id: earlier.id });
  const amounts = (rows: readonly { currency: string; amount: number }[]) => Object.fromEntries(rows.map(({ currency, amount }) => [currency, amount]));
  const { name, about, interval_unit: unit, interval_count: count } = earlier;
  const was = { name, about, every: { unit, count }, prices: amounts(prices.map((price) => ({ currency: price.currency, amount: price.amount_minor }))) };
  if (!isDeepStrictEqual(was, { ...input, prices: amounts(input.prices) })) throw new PlanFormUsed();
  return earlier.id;
}
