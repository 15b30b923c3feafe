import { NotFound } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { LeadType } from '../type/lead-type.model.ts';
import { ChangeLeadType, changeLeadType } from '../type/save-lead-type.ts';

/** One kind of lead. */
export async function load(ctx: Ctx, request: PageRequest) {
  const type = await ctx.inTenant((tx) => tx.query(LeadType).findById(request.params['typeId']!));
  if (!type) throw new NotFound();
  return { id: type.id, key: type.key, name: type.name, lookBackDays: type.look_back_days, archived: type.archived_at !== null };
}

/** Renames it, changes its look-back, archives it or takes it back into use. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const input = { name: textIn(form, 'name') ?? '', lookBackDays: textIn(form, 'lookBackDays') ?? 'none', archived: !form.has('inUse') };
  await changeLeadType(ctx, request.params['typeId']!, ChangeLeadType.parse(input));
  return { ok: true, say: 'leads.type.say-changed', go: '/console/leads/types' };
}
