import { type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { changeMember } from './change-member.ts';
import { createMember } from './create-member.ts';
import { ChangeMember, CreateMember } from './member-input.ts';

const BOXES = ['adminAccess', 'viewDownline', 'enabled'] as const;

/** The form of a new user. `accountId` is given where staff add somebody to a customer. */
export async function submitNewMember(ctx: Ctx, form: FormData, back: string, accountId?: string): Promise<Submitted> {
  const input = CreateMember.parse({ ...formInput(form, BOXES), ...(accountId ? { accountId } : {}) });
  await createMember(ctx, input);
  return { ok: true, say: 'accounts.user-created', values: { name: input.name }, go: back };
}

/** The form of a user. Switching somebody off leads to the list, where it can be taken back. */
export async function submitMember(ctx: Ctx, form: FormData, memberId: string, back: string): Promise<Submitted> {
  const changes = ChangeMember.parse(formInput(form, BOXES));
  const wasEnabled = form.get('wasEnabled') === 'on';
  await changeMember(ctx, memberId, changes);
  if (wasEnabled && changes.enabled === false) return { ok: true, go: `${back}?disabled=${memberId}` };
  return { ok: true, say: 'accounts.user-saved', values: { name: changes.name ?? '' }, go: back };
}
