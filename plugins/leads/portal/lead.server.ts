import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { leadPageData } from '../views/lead-page-data.ts';
import { submitLead } from '../views/submit-lead.ts';

/** One lead with everything that can be done with it. */
export const load = (ctx: Ctx, request: PageRequest) => leadPageData(ctx, request.params['leadId']!);

/** Status, assign, undo. */
export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> => submitLead(ctx, request.params['leadId']!, form);
