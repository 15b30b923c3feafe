import { CalendarDay, dayOf, daysAfter, NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { readStatement } from '../ledger/statement.queries.ts';

/** The customer's own statement: the last 90 days unless the address says otherwise. */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('read', 'Payment');
  const accountId = ctx.actor.roles.find(({ role }) => role === 'account-admin')?.accountId;
  if (!accountId) throw new NotFound();
  const today = dayOf(ctx.clock.now(), ctx.tenant.zone);
  const dayIn = (name: string, otherwise: string) => CalendarDay.catch(otherwise).parse(request.query.get(name) || otherwise);
  const to = dayIn('to', today);
  const from = dayIn('from', daysAfter(to, -90));
  const span = { from: from > to ? to : from, to, currency: currencyIn(request, ctx.tenant.currency) };
  return ctx.inTenant(async (tx) => ({ statement: await readStatement(tx, accountId, span) }));
}

const currencyIn = (request: PageRequest, own: string): string => {
  const given = request.query.get('currency') ?? '';
  return /^[A-Z]{3}$/.test(given) ? given : own;
};
