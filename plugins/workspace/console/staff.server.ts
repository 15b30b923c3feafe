import { NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { type Ctx, formInput, intentOf, type Submitted } from '@portico/kit/server';
import { changeStaff } from '../staff/change-staff.ts';
import { ChangeStaff } from '../staff/staff-input.ts';
import { findStaff } from '../staff/staff.queries.ts';

/** One of the team. */
export async function load(ctx: Ctx, { params }: PageRequest) {
  const staff = await ctx.inTenant((tx) => findStaff(tx, params['staffId']!));
  if (!staff) throw new NotFound();
  return { staff, isSelf: staff.userId === ctx.actor.id, canChange: ctx.may('change', 'Staff') };
}

/** Changes, and the way back after somebody was switched off. The own form has no switch, so it sends none. */
export async function submit(ctx: Ctx, form: FormData, { params }: PageRequest): Promise<Submitted> {
  const isSelf = intentOf(form, { self: true, staff: false });
  const changes = ChangeStaff.parse({ ...formInput(form), ...(isSelf ? {} : { enabled: form.has('enabled') }) });
  await changeStaff(ctx, params['staffId']!, changes);
  return { ok: true, say: 'workspace.staff-saved', values: { name: changes.name ?? '' }, go: '/console/workspace/team' };
}
