import { InvalidInput, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { demandParent, lockAccount } from './account-tree.ts';
import { Member } from './member.model.ts';
import type { CreateMember } from './member-input.ts';

/**
 * An account admin, or staff, adds a user to an account, with a password that the user changes at the first sign-in
 * . Throws NotFound for an account that is not the actor's, InvalidInput at `accountId`, `userName`,
 * `email`, `password`, `parentId`. A second call with the same login is refused at its field.
 */
export async function createMember(ctx: Ctx, input: CreateMember): Promise<{ memberId: Id; userId: Id }> {
  const accountId = input.accountId ?? onlyAccountOf(ctx);
  ctx.demand('create', 'Member', { account_id: accountId });
  const passwordHash = await ctx.hashPassword(input.password);
  return ctx.inTenant(async (tx) => {
    const created = await insertMember(tx, accountId, input, { passwordHash, mustChangePassword: true });
    const { name, adminAccess, viewDownline, enabled, parentId } = input;
    await tx.audit('accounts.user-created', null, { memberId: created.memberId, accountId, name, adminAccess, viewDownline, enabled, parentId });
    return created;
  });
}

/** The account of somebody who belongs to one; staff, who belong to none, name it. */
function onlyAccountOf(ctx: Ctx): Id {
  const ids = new Set(ctx.actor.roles.flatMap((role) => (role.accountId ? [role.accountId] : [])));
  const [only] = ids;
  if (!only || ids.size > 1) throw new InvalidInput({ accountId: { key: 'accounts.problem.account' } });
  return only;
}

/** The rows of a member, under the account's lock. For the use case, and for the demonstration. */
export async function insertMember(
  tx: Tx,
  accountId: Id,
  input: Omit<CreateMember, 'password' | 'accountId'>,
  sign: { passwordHash: string; mustChangePassword: boolean },
): Promise<{ memberId: Id; userId: Id }> {
  await lockAccount(tx, accountId);
  if (input.parentId) await demandParent(tx, accountId, input.parentId, undefined);
  const { name, userName, email, phone } = input;
  const userId = await tx.users.create({ name, userName, email, phone, ...sign });
  if (!input.enabled) await tx.users.change(userId, { enabled: false });
  const memberId = tx.ctx.newId();
  await tx.query(Member).insert({
    id: memberId,
    account_id: accountId,
    user_id: userId,
    is_admin: input.adminAccess,
    view_downline: input.viewDownline,
    parent_id: input.parentId,
    enabled: input.enabled,
    created_at: tx.ctx.clock.now(),
  });
  return { memberId, userId };
}
