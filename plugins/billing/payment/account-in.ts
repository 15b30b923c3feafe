import { InvalidInput, NotFound, type Id } from '@portico/kit';
import type { Ctx } from '@portico/kit/server';

/** Whose money is asked for: the own account of a customer's user, the one that staff name. Throws NotFound for another's, InvalidInput at `accountId` when staff name none. */
export function accountIn(ctx: Ctx, given: Id | undefined): Id {
  const own = ctx.actor.roles.find(({ role }) => role === 'account-admin')?.accountId;
  const accountId = given ?? own;
  if (!accountId) throw new InvalidInput({ accountId: { key: 'portico.problem.required' } });
  if (!ctx.may('read', 'Payment', { account_id: accountId })) throw new NotFound();
  return accountId;
}
