import { type Ctx, formInput, type Submitted } from '@portico/kit/server';
import { createStaff } from '../staff/create-staff.ts';
import { CreateStaff } from '../staff/staff-input.ts';

/** Whether the new person may be an owner. */
export const load = async (ctx: Ctx) => ({ canAppoint: ctx.may('appoint', 'Staff') });

/** Somebody joins the team. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const input = CreateStaff.parse(formInput(form));
  await createStaff(ctx, input);
  return { ok: true, say: 'workspace.staff-created', values: { name: input.name }, go: '/console/workspace/team' };
}
