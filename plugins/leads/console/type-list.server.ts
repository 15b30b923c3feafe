import type { PageRequest } from '@portico/kit/page';
import { addressQuery, listQuery, type Ctx, type Submitted } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { listTypes, TYPE_SORTS } from '../type/lead-type.queries.ts';
import { CreateLeadType, createLeadType } from '../type/save-lead-type.ts';

/** The kinds of leads that this business takes. */
export const load = (ctx: Ctx, request: PageRequest) => ctx.inTenant((tx) => listTypes(tx, addressQuery(listQuery(TYPE_SORTS), request.query)));

/** Adds a kind of lead. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await createLeadType(
    ctx,
    CreateLeadType.parse({ key: textIn(form, 'key') ?? '', name: textIn(form, 'name') ?? '', lookBackDays: textIn(form, 'lookBackDays') ?? 'none' }),
  );
  return { ok: true, say: 'leads.type.say-created' };
}
