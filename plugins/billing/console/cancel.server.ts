import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { loadCancel, submitCancel } from '../cancellation/cancellation-forms.ts';

/** What a cancellation would do as things stand now. */
export const load = (ctx: Ctx, request: PageRequest) => loadCancel(ctx, request);

/** Confirms it. */
export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> =>
  submitCancel(ctx, form, request, '/console/billing/subscriptions');
