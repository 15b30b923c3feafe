import { InvalidInput, isId, NotFound } from '@portico/kit';
import { sql, type Ctx, type Tx, type UserRecord } from '@portico/kit/server';
import { followNewAddress } from '../invitation/follow-new-address.ts';
import { demandOtherAdmin, demandParent, lockAccount } from './account-tree.ts';
import { Member } from './member.model.ts';
import { NotYourself } from './member-errors.ts';
import type { ChangeMember } from './member-input.ts';

/**
 * An account admin, or staff, changes a user of an account: contact details, login, Admin Access, View Downline, Enabled,
 * who stands above, a new password. Disabling ends every open session at once; the last enabled account admin
 * stays one, also when two people try at the same instant. Throws NotFound, NotYourself, LastAccountAdmin,
 * InvalidInput. Repeating a change changes nothing.
 */
export async function changeMember(ctx: Ctx, memberId: string, changes: ChangeMember): Promise<void> {
  if (!isId(memberId)) throw new NotFound();
  const passwordHash = changes.password ? await ctx.hashPassword(changes.password) : undefined;
  await ctx.inTenant(async (tx) => {
    const member = await lockedMember(tx, memberId);
    const user = (await tx.users.find(member.user_id))!;
    await demandAllowed(tx, member, user, changes);
    await changeUser(tx, member, changes, passwordHash);
    await tx.query(Member).findById(member.id).patch(accessOf(member, changes));
    if (changes.email !== undefined && changes.email !== user.email) await followNewAddress(tx, user.id);
    await writeDown(tx, member, user, changes);
  });
}

/** The member, read again once nobody else changes the account. A stranger's account is not even locked. */
async function lockedMember(tx: Tx, memberId: string): Promise<Member> {
  const seen = await tx.query(Member).findById(memberId);
  if (!seen) throw new NotFound();
  tx.ctx.demand('change', 'Member', seen);
  await lockAccount(tx, seen.account_id);
  return (await tx.query(Member).findById(memberId))!;
}

async function demandAllowed(tx: Tx, member: Member, user: UserRecord, changes: ChangeMember): Promise<void> {
  const isSelf = member.user_id === tx.ctx.actor.id;
  if (isSelf && changes.enabled === false) throw new NotYourself();
  if (isSelf && changes.password) throw new InvalidInput({ password: { key: 'accounts.problem.own-password' } });
  const staysAdmin = (changes.adminAccess ?? member.is_admin) && (changes.enabled ?? member.enabled);
  if (member.is_admin && member.enabled && !staysAdmin) await demandOtherAdmin(tx, member.account_id, member.id);
  if (changes.parentId) await demandParent(tx, member.account_id, changes.parentId, member.id);
  const login = { userName: user.userName, email: user.email, ...given(changes) };
  if (!login.userName && !login.email) throw new InvalidInput({ userName: { key: 'accounts.problem.login-missing' } });
}

const given = ({ userName, email }: ChangeMember) => ({ ...(userName !== undefined && { userName }), ...(email !== undefined && { email }) });

/** The person behind the member. Somebody who is enabled in another account still signs in, but not here: the role is gone. */
async function changeUser(tx: Tx, member: Member, changes: ChangeMember, passwordHash: string | undefined): Promise<void> {
  const { name, userName, email, phone, enabled } = changes;
  const wanted = { name, userName, email, phone, ...(passwordHash && { passwordHash, mustChangePassword: true }) };
  const signIn = enabled === undefined || (!enabled && (await isEnabledElsewhere(tx, member))) ? {} : { enabled };
  const set = Object.fromEntries(Object.entries({ ...wanted, ...signIn }).filter(([, value]) => value !== undefined));
  if (Object.keys(set).length > 0) await tx.users.change(member.user_id, set);
}

async function isEnabledElsewhere(tx: Tx, member: Member): Promise<boolean> {
  const other = await tx.row(sql`
    select 1 as found from accounts.members where tenant_id = ${tx.ctx.tenant.id} and user_id = ${member.user_id} and id <> ${member.id} and enabled limit 1`);
  return other !== undefined;
}

// Objection leaves columns out whose value is undefined.
const accessOf = (member: Member, { adminAccess, viewDownline, enabled, parentId }: ChangeMember) => ({
  is_admin: adminAccess,
  view_downline: viewDownline,
  enabled: enabled ?? member.enabled,
  parent_id: parentId,
});

// What is as it was is no change and no line in the log. A password is never written down, only that there is a new one.
async function writeDown(tx: Tx, member: Member, user: UserRecord, { password, ...changes }: ChangeMember): Promise<void> {
  const { name, userName, email, phone } = user;
  const was: Record<string, unknown> = {
    name,
    userName,
    email,
    phone,
    adminAccess: member.is_admin,
    viewDownline: member.view_downline,
    enabled: member.enabled,
    parentId: member.parent_id,
  };
  const changed = Object.entries(changes).filter(([key, value]) => (value ?? null) !== was[key]);
  if (changed.length === 0 && !password) return;
  const before = Object.fromEntries(changed.map(([key]) => [key, was[key]]));
  await tx.audit('accounts.user-changed', before, { memberId: member.id, ...Object.fromEntries(changed), ...(password ? { password: true } : {}) });
}
