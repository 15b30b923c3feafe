import { z } from 'zod';
import { InvalidInput, type Id } from '@portico/kit';
import type { Ctx, Tx } from '@portico/kit/server';
import { accountCreated } from '../api.ts';
import { Member } from '../member/member.model.ts';
import { NewPerson, requiredText } from '../member/member-input.ts';
import { Account, BillGroup, nameKey } from './account.model.ts';

/** A new customer: its name, the name of its first bill group, and its first account admin. */
export const CreateAccount = z.object({
  name: requiredText('accounts.problem.customer-name-missing', 200),
  billGroupName: requiredText('accounts.problem.bill-group-name', 200).nullish(),
  admin: NewPerson,
});
export type CreateAccount = z.output<typeof CreateAccount>;

/** The rows that a new customer begins with. */
export interface CreatedAccount {
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly memberId: Id;
  readonly userId: Id;
}

/**
 * Staff create a customer. It comes with a bill group and an account admin, who signs in with the password that staff set
 * and changes it at once; without one, the person gets mail and cannot sign in until an invitation was accepted: after the
 * first payment, or when staff invite by hand. Throws InvalidInput at `name`, `admin.userName`, `admin.email`, `admin.password`. A second call
 * makes a second customer: names need not be unique.
 */
export async function createAccount(ctx: Ctx, input: CreateAccount): Promise<CreatedAccount> {
  ctx.demand('create', 'Account');
  const { password } = input.admin;
  const sign = password ? { passwordHash: await atAdmin(ctx.hashPassword(password)), mustChangePassword: true } : {};
  return ctx.inTenant(async (tx) => {
    const created = await insertAccount(tx, input, sign);
    await tx.audit('accounts.account-created', null, { accountId: created.accountId, name: input.name, admin: input.admin.name });
    return created;
  });
}

/** The rows of a customer, and the event. For the use case, and for the demonstration, whose people keep their passwords. */
export async function insertAccount(tx: Tx, input: CreateAccount, sign: { passwordHash?: string; mustChangePassword?: boolean }): Promise<CreatedAccount> {
  const { ctx } = tx;
  const at = { created_at: ctx.clock.now() };
  const { name, userName, email, phone } = input.admin;
  const userId = await atAdmin(tx.users.create({ name, userName, email, phone, ...sign }));
  const accountId = ctx.newId();
  await tx.query(Account).insert({ id: accountId, number: await tx.nextNumber('accounts.account'), name: input.name, name_key: nameKey(input.name), ...at });
  const billGroup = { id: ctx.newId(), account_id: accountId, name: input.billGroupName || ctx.text('accounts.first-bill-group'), ...at };
  await tx.query(BillGroup).insert(billGroup);
  const member = { id: ctx.newId(), account_id: accountId, user_id: userId, is_admin: true, view_downline: false, parent_id: null, enabled: true, ...at };
  await tx.query(Member).insert(member);
  await tx.publish(accountCreated, { accountId });
  return { accountId, billGroupId: billGroup.id, memberId: member.id, userId };
}

/** A problem of the person stands at the person's fields in the form of the customer. */
async function atAdmin<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidInput(Object.fromEntries(Object.entries(error.fields).map(([field, problem]) => [`admin.${field}`, problem])));
  }
}
