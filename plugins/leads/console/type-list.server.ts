import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { ListQuery } from '../list-page.ts';
import { firstPageIfLost, pageQuery } from '../page-query.ts';
import { listTypes } from '../type/lead-type.queries.ts';
import { CreateLeadType, createLeadType } from '../type/save-lead-type.ts';

/** The kinds of leads that this business takes. */
export const load = (ctx: Ctx, request: PageRequest) =>
  ctx.inTenant((tx) => firstPageIfLost(pageQuery(ListQuery, request.query), null, (query) => listTypes(tx, query)));

/** Adds a kind of lead. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await createLeadType(
    ctx,
    CreateLeadType.parse({ key: textIn(form, 'key') ?? '', name: textIn(form, 'name') ?? '', lookBackDays: textIn(form, 'lookBackDays') ?? 'none' }),
  );
  return { ok: true, say: 'leads.type.say-created' };
}
