import type { Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { Staff } from './staff.model.ts';
import type { CreateStaff } from './staff-input.ts';

/**
 * Staff add somebody to the team, with a password that the person changes at the first sign-in; only an owner adds an
 * owner. Throws NotFound or Forbidden, InvalidInput at `userName`, `email`, `password`. A second call with the same login
 * is refused at its field.
 */
export async function createStaff(ctx: Ctx, input: CreateStaff): Promise<{ staffId: Id; userId: Id }> {
  ctx.demand('create', 'Staff');
  if (input.role === 'owner') ctx.demand('appoint', 'Staff');
  const passwordHash = await ctx.hashPassword(input.password);
  return ctx.inTenant(async (tx) => {
    const created = await insertStaff(tx, input, { passwordHash, mustChangePassword: true });
    await tx.audit('workspace.staff-created', null, { staffId: created.staffId, name: input.name, role: input.role });
    return created;
  });
}

/** The rows of a member of the team. For the use case, and for the demonstration, whose people keep their passwords. */
export async function insertStaff(
  tx: Tx,
  input: Omit<CreateStaff, 'password'>,
  sign: { passwordHash: string; mustChangePassword: boolean },
): Promise<{ staffId: Id; userId: Id }> {
  const { name, userName, email } = input;
  const userId = await tx.users.create({ name, userName, email, ...sign });
  const staffId = tx.ctx.newId();
  await tx.query(Staff).insert({ id: staffId, user_id: userId, role: input.role, created_at: tx.ctx.clock.now() });
  return { staffId, userId };
}
