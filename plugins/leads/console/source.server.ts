import type { PageRequest } from '@portico/kit/page';
import { intentOf, type Ctx, type Submitted } from '@portico/kit/server';
import { z } from 'zod';
import { textIn } from '../form-text.ts';
import { CreateSourceKey, createSourceKey } from '../source/create-source-key.ts';
import { readSource } from '../source/lead-source.queries.ts';
import { revokeSourceKey } from '../source/revoke-source-key.ts';
import { ChangeLeadSource, changeLeadSource } from '../source/save-lead-source.ts';

/** One source with its keys. */
export const load = async (ctx: Ctx, request: PageRequest) => ({
  ...(await ctx.inTenant((tx) => readSource(ctx, tx, request.params['sourceId']!))),
  address: `${ctx.tenant.url}/api/v1/leads`,
});

const intents: Readonly<Record<string, (ctx: Ctx, sourceId: string, form: FormData) => Promise<Submitted>>> = {
  async change(ctx, sourceId, form) {
    await changeLeadSource(ctx, sourceId, ChangeLeadSource.parse({ name: textIn(form, 'name') ?? '', enabled: form.has('enabled') }));
    return { ok: true, say: 'leads.source.say-changed' };
  },
  async key(ctx, sourceId, form) {
    const { key } = await createSourceKey(ctx, sourceId, CreateSourceKey.parse({ name: textIn(form, 'keyName') ?? '' }));
    return { ok: true, say: 'leads.source.say-key', copy: key };
  },
  async revoke(ctx, sourceId, form) {
    await revokeSourceKey(ctx, sourceId, z.uuid().parse(form.get('keyId')));
    return { ok: true, say: 'leads.source.say-revoked' };
  },
};

/** Renames it, switches it, makes a key, takes one away. */
export function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  return intentOf(form, intents)(ctx, request.params['sourceId']!, form);
}
