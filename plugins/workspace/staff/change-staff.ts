import { InvalidInput, isId, NotFound } from '@portico/kit';
import { sql, type Ctx, type Tx, type UserRecord } from '@portico/kit/server';
import { LastOwner, NotYourself } from './staff-errors.ts';
import { Staff } from './staff.model.ts';
import type { ChangeStaff } from './staff-input.ts';

/**
 * The owner changes somebody of the team: name, login, password, role, enabled. Disabling ends every open session at once.
 * The last enabled owner stays one, also when two owners try at the same instant. Throws NotFound, NotYourself, LastOwner,
 * InvalidInput. Repeating a change changes nothing.
 */
export async function changeStaff(ctx: Ctx, staffId: string, changes: ChangeStaff): Promise<void> {
  if (!isId(staffId)) throw new NotFound();
  ctx.demand('change', 'Staff');
  const passwordHash = changes.password ? await ctx.hashPassword(changes.password) : undefined;
  await ctx.inTenant(async (tx) => {
    await lockOwners(tx);
    const staff = await tx.query(Staff).findById(staffId).forUpdate();
    if (!staff) throw new NotFound();
    const user = (await tx.users.find(staff.user_id))!;
    await demandAllowed(tx, staff, user, changes);
    await write(tx, staff, changes, passwordHash);
    await writeDown(tx, staff, user, changes);
  });
}

// Whoever changes the team does so one after the other: "the last owner" is about several rows. Always in the same order.
const lockOwners = (tx: Tx) => tx.rows(sql`select id from workspace.staff where tenant_id = ${tx.ctx.tenant.id} and role = 'owner' order by id for update`);

async function demandAllowed(tx: Tx, staff: Staff, user: UserRecord, changes: ChangeStaff): Promise<void> {
  const isSelf = staff.user_id === tx.ctx.actor.id;
  if (isSelf && changes.enabled === false) throw new NotYourself();
  if (isSelf && changes.password) throw new InvalidInput({ password: { key: 'workspace.problem.own-password' } });
  const staysOwner = (changes.role ?? staff.role) === 'owner' && (changes.enabled ?? user.enabled);
  if (staff.role === 'owner' && user.enabled && !staysOwner) await demandOtherOwner(tx, staff);
  const login = { userName: user.userName, email: user.email, ...given(changes) };
  if (!login.userName && !login.email) throw new InvalidInput({ email: { key: 'workspace.problem.login-missing' } });
}

const given = ({ userName, email }: ChangeStaff) => ({ ...(userName !== undefined && { userName }), ...(email !== undefined && { email }) });

async function demandOtherOwner(tx: Tx, staff: Staff): Promise<void> {
  const other = await tx.row(sql`
    select 1 as found from workspace.staff s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
    where s.tenant_id = ${tx.ctx.tenant.id} and s.id <> ${staff.id} and s.role = 'owner' and u.enabled limit 1`);
  if (!other) throw new LastOwner();
}

async function write(tx: Tx, staff: Staff, changes: ChangeStaff, passwordHash: string | undefined): Promise<void> {
  const { name, userName, email, enabled, role = staff.role } = changes;
  const wanted = { name, userName, email, enabled, ...(passwordHash && { passwordHash, mustChangePassword: true }) };
  const set = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
  if (Object.keys(set).length > 0) await tx.users.change(staff.user_id, set);
  await tx.query(Staff).findById(staff.id).patch({ role });
}

// What is as it was is no change and no line in the log. A password is never written down, only that there is a new one.
async function writeDown(tx: Tx, staff: Staff, user: UserRecord, { password, ...changes }: ChangeStaff): Promise<void> {
  const was: Record<string, unknown> = { name: user.name, userName: user.userName, email: user.email, role: staff.role, enabled: user.enabled };
  const changed = Object.entries(changes).filter(([key, value]) => (value ?? null) !== was[key]);
  if (changed.length === 0 && !password) return;
  const before = Object.fromEntries(changed.map(([key]) => [key, was[key]]));
  await tx.audit('workspace.staff-changed', before, { staffId: staff.id, ...Object.fromEntries(changed), ...(password ? { password: true } : {}) });
}
