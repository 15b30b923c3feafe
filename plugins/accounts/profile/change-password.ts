import { z } from 'zod';

const secret = (missing: string) => z.string(missing).min(1, missing).max(1_000, 'accounts.problem.password-too-long');

/** The form of the own password. The rule for a good one is the core's. */
export const ChangePassword = z
  .object({
    current: secret('accounts.problem.current-missing'),
    password: secret('accounts.problem.password-missing'),
    passwordAgain: secret('accounts.problem.password-missing'),
  })
  .refine(({ password, passwordAgain }) => password === passwordAgain, { path: ['passwordAgain'], message: 'accounts.problem.password-repeated' });
