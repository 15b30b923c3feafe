import { z } from 'zod';

const Name = z
  .string('workspace.problem.name-missing')
  .trim()
  .min(1, 'workspace.problem.name-missing')
  .max(120, 'workspace.problem.too-long')
  .regex(/^[^\0]*$/, 'portico.problem.characters');
const UserName = z
  .string('workspace.problem.user-name')
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,59}$/u, 'workspace.problem.user-name');
const Email = z.string('portico.problem.email').trim().max(254, 'portico.problem.email').pipe(z.email('portico.problem.email'));
const Password = z.string('workspace.problem.password-missing').min(1, 'workspace.problem.password-missing').max(200, 'portico.problem.password-long');
const Role = z.enum(['owner', 'staff'], 'workspace.problem.role');

/** Somebody who joins the team. */
export const CreateStaff = z
  .object({ name: Name, userName: UserName.nullish(), email: Email.nullish(), password: Password, role: Role.default('staff') })
  .superRefine(({ userName, email }, check) => {
    if (!userName && !email) check.addIssue({ code: 'custom', path: ['email'], message: 'workspace.problem.login-missing' });
  });
export type CreateStaff = z.output<typeof CreateStaff>;

/** What is to change; what is absent stays. */
export const ChangeStaff = z
  .object({
    name: Name,
    userName: UserName.nullable(),
    email: Email.nullable(),
    password: Password.nullable(),
    role: Role,
    enabled: z.boolean('workspace.problem.yes-or-no'),
  })
  .partial();
export type ChangeStaff = z.output<typeof ChangeStaff>;
