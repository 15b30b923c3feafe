import { InvalidInput, NotFound, type FieldProblem, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { orderRenewal } from '@portico/workflows/order-renewal';
import { daysOf, lastDayProblem } from './create-order.ts';
import { LeadOrder, stateOf } from './lead-order.model.ts';
import { lockOrderBook } from './order-book.ts';
import { OrderClosed } from './order-errors.ts';
import type { ChangeOrder } from './order-input.ts';

/** Staff change an order that is not closed. Never below what was delivered. Throws NotFound, OrderClosed, InvalidInput. */
export async function changeOrder(ctx: Ctx, orderId: Id, changes: ChangeOrder): Promise<void> {
  ctx.demand('manage', 'LeadOrder');
  await ctx.inTenant(async (tx) => {
    const order = await lockOrder(tx, orderId, 'manage');
    if (stateOf(order, ctx.clock.now()) === 'closed') throw new OrderClosed({ order: order.number });
    const total = newTotal(ctx, order, changes);
    const endsOn = changes.endsOn === undefined ? order.ends_on : changes.endsOn;
    const lastDay = lastDayProblem(ctx, order.starts_on, endsOn);
    if (lastDay) throw new InvalidInput({ endsOn: lastDay });
    const after = {
      total,
      ...daysOf(ctx, order.starts_on, endsOn),
      places: changes.places ?? order.places,
      accepts_returns: changes.acceptsReturns ?? order.accepts_returns,
      ...renewalAfter(order, changes),
    };
    const { ends_on, places, accepts_returns, renewal, auto_charge } = order;
    const before = { total: order.total, ends_on, places, accepts_returns, renewal, auto_charge };
    // whoever saves has looked: what stood in the way of renewing is tried anew
    await order.$query(tx.sql).patch({ ...after, renewal_attention: null });
    if (after.renewal) await tx.nudge(orderRenewal);
    await tx.audit('leads.order-changed', { orderId, ...before }, { orderId, ...after });
  });
}

function renewalAfter(order: LeadOrder, { renewal = order.renewal, autoCharge = order.auto_charge }: ChangeOrder) {
  const isPlans = order.subscription_id !== null;
  if (renewal && isPlans) throw new InvalidInput({ renewal: { key: 'leads.problem.renews-with-plan' } });
  if (autoCharge && !renewal) throw new InvalidInput({ autoCharge: { key: 'leads.problem.auto-charge-alone' } });
  return { renewal, auto_charge: autoCharge };
}

function newTotal(ctx: Ctx, order: LeadOrder, { leads, budget }: ChangeOrder): number {
  const problems: Record<string, FieldProblem> = {};
  if (order.counts === 'leads' && budget) problems.budget = { key: 'leads.problem.counts-leads' };
  if (order.counts === 'money' && leads !== undefined) problems.leads = { key: 'leads.problem.counts-money' };
  if (budget && budget.currency !== ctx.tenant.currency)
    problems['budget.currency'] = { key: 'leads.problem.currency', values: { currency: ctx.tenant.currency } };
  const total = (order.counts === 'leads' ? leads : budget?.amount) ?? order.total;
  const least = order.counts === 'leads' ? order.received : order.received * order.price_minor;
  if (order.counts === 'money' && total < order.price_minor) problems.budget = { key: 'leads.problem.budget-too-small' };
  if (total < least) problems[order.counts === 'leads' ? 'leads' : 'budget'] = { key: 'leads.problem.below-received' };
  if (Object.keys(problems).length > 0) throw new InvalidInput(problems);
  return total;
}

/** Locks the order book and an order that the actor may do this with. Throws NotFound for any other. */
export async function lockOrder(tx: Tx, orderId: Id, action: string): Promise<LeadOrder> {
  await lockOrderBook(tx);
  const order = await tx.query(LeadOrder).findById(orderId).forUpdate();
  if (!order) throw new NotFound();
  tx.ctx.demand(action, 'LeadOrder', order);
  return order;
}
