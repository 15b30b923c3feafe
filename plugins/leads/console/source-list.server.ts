import type { PageRequest } from '@portico/kit/page';
import { addressQuery, listQuery, type Ctx, type Submitted } from '@portico/kit/server';
import { textIn } from '../form-text.ts';
import { listSources, SOURCE_SORTS } from '../source/lead-source.queries.ts';
import { CreateLeadSource, createLeadSource } from '../source/save-lead-source.ts';

/** Who sends leads to this business. */
export const load = (ctx: Ctx, request: PageRequest) => ctx.inTenant((tx) => listSources(tx, addressQuery(listQuery(SOURCE_SORTS), request.query)));

/** Adds a source and opens its page, where its first key is made. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const id = await createLeadSource(ctx, CreateLeadSource.parse({ name: textIn(form, 'name') ?? '' }));
  return { ok: true, say: 'leads.source.say-created', go: `/console/leads/sources/${id}` };
}
