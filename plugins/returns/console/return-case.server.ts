import type { PageRequest } from '@portico/kit/page';
import type { Ctx, Submitted } from '@portico/kit/server';
import { readReturn } from '../read-return.ts';
import { followReturn } from '../read-return-tab.ts';
import { submitDecision } from '../return-forms.ts';

const idOf = ({ params }: PageRequest): string => params['returnId'] ?? '';

export const load = async (ctx: Ctx, request: PageRequest) => followReturn(ctx, await readReturn(ctx, idOf(request)));

export const submit = (ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> => submitDecision(ctx, form, idOf(request));
