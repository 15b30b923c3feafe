import { type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { CreateAccount, createAccount } from '../account/create-account.ts';

export async function load(ctx: Ctx) {
  return { billGroupName: ctx.text('accounts.first-bill-group') };
}

/** A new customer with its bill group and its account admin. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const input = CreateAccount.parse(formInput(form));
  const { accountId } = await createAccount(ctx, input);
  return { ok: true, say: 'accounts.customer-created', values: { name: input.name }, go: `/console/accounts/${accountId}` };
}
