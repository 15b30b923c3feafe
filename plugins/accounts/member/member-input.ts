import { z } from 'zod';

/** A line of text that must be there; the key says what is missing. Postgres cannot keep U+0000, so it is refused in words. */
export const requiredText = (missing: string, most: number) =>
  z
    .string(missing)
    .trim()
    .min(1, missing)
    .max(most, 'accounts.problem.too-long')
    .regex(/^[^\0]*$/, 'portico.problem.characters');

/** A person's name, as the person writes it. */
export const PersonName = requiredText('accounts.problem.name-missing', 120);

// No "@": what somebody signs in with is either a user name or an e-mail address, never a guess.
const UserName = z
  .string('accounts.problem.user-name')
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,59}$/u, 'accounts.problem.user-name');
const Email = z.string('accounts.problem.email').trim().max(254, 'accounts.problem.email').pipe(z.email('accounts.problem.email'));
const Phone = z
  .string('accounts.problem.phone')
  .trim()
  .max(40, 'accounts.problem.phone')
  .regex(/^[+\d][\d ().\-/]{2,}$/, 'accounts.problem.phone');
const Password = z.string('accounts.problem.password-missing').min(1, 'accounts.problem.password-missing').max(200, 'accounts.problem.password-too-long');

/** What a person is reached and signs in by. Null or absent: there is none. */
export const Contact = z.object({
  name: PersonName,
  userName: UserName.nullish(),
  email: Email.nullish(),
  phone: Phone.nullish(),
});

/**
 * A person who can sign in: with a user name, an e-mail address, or both. Without a password the person chooses one by an
 * invitation, and needs an e-mail address that it is mailed to.
 */
export const NewPerson = Contact.extend({ password: Password.nullish() }).superRefine((person, check) => {
  demandLogin(person, check);
  if (!person.password && person.userName && !person.email)
    check.addIssue({ code: 'custom', path: ['email'], message: 'accounts.problem.email-for-invitation' });
});
export type NewPerson = z.output<typeof NewPerson>;

/** What an account admin, or staff, sets for a member. */
const Access = z.object({
  adminAccess: z.boolean('accounts.problem.yes-or-no'),
  viewDownline: z.boolean('accounts.problem.yes-or-no'),
  enabled: z.boolean('accounts.problem.yes-or-no'),
  parentId: z.uuid('accounts.problem.parent').nullable(),
});

/** A new user of an account. `accountId` may be left out by somebody who belongs to one account only. */
export const CreateMember = z
  .object({
    ...Contact.shape,
    password: Password,
    adminAccess: Access.shape.adminAccess.default(false),
    viewDownline: Access.shape.viewDownline.default(false),
    enabled: Access.shape.enabled.default(true),
    parentId: Access.shape.parentId.default(null),
    accountId: z.uuid('accounts.problem.account').optional(),
  })
  .superRefine(demandLogin);
export type CreateMember = z.output<typeof CreateMember>;

/** What is to change; what is absent stays. A password is set for somebody who must change it at the next sign-in. */
export const ChangeMember = z.object({ ...Contact.shape, ...Access.shape, password: Password.nullable() }).partial();
export type ChangeMember = z.output<typeof ChangeMember>;

function demandLogin(person: { userName?: string | null | undefined; email?: string | null | undefined }, check: z.RefinementCtx): void {
  if (!person.userName && !person.email) check.addIssue({ code: 'custom', path: ['userName'], message: 'accounts.problem.login-missing' });
}
