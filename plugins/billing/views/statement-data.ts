import { dayOf, type Id } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx } from '@portico/kit/server';
import { ageingOf } from '../ledger/ageing.queries.ts';
import { chosenSpan } from '../ledger/statement-periods.ts';
import { readStatement, statementCurrencies } from '../ledger/statement.queries.ts';

/** A customer's statement as its page shows it: the days and the currency that the address asks for, else the business's own. */
export function statementData(ctx: Ctx, accountId: Id, request: PageRequest) {
  const { period, from, to } = chosenSpan(request.query, dayOf(ctx.clock.now(), ctx.tenant.zone));
  return ctx.inTenant(async (tx) => {
    const currencies = await statementCurrencies(tx, accountId);
    const asked = request.query.get('currency');
    const own = currencies.includes(ctx.tenant.currency) ? ctx.tenant.currency : (currencies[0] ?? ctx.tenant.currency);
    const currency = currencies.find((one) => one === asked) ?? own;
    return {
      accountId,
      period,
      currencies,
      statement: await readStatement(tx, accountId, { from, to, currency }),
      ageing: await ageingOf(tx, accountId, currency),
    };
  });
}
