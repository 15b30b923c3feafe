import { NotFound, type Id } from '@portico/kit';
import { keySources, sql, type Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { lineOfText } from '../line-of-text.ts';
import { LeadSource } from './lead-source.model.ts';

/** A new key of a source. The name tells people where it is used. */
export const CreateSourceKey = z.object({ name: lineOfText(80, 'leads.problem.name-missing') });
export type CreateSourceKey = z.output<typeof CreateSourceKey>;

/** Staff make a key with which a source may post leads and nothing else. It is shown this once. Throws NotFound. */
export async function createSourceKey(ctx: Ctx, sourceId: Id, { name }: CreateSourceKey): Promise<{ id: Id; key: string }> {
  ctx.demand('manage', 'LeadSource');
  return ctx.inTenant(async (tx) => {
    if (!(await tx.query(LeadSource).findById(sourceId))) throw new NotFound();
    const key = await tx.keys.create({ name, sourceId });
    await tx.audit('leads.source-key-created', null, { sourceId, keyId: key.id, name });
    return key;
  });
}

/** The core asks before an operator makes a key at the command line. */
export const knownSources = keySources.answer((tx, { sourceId }) =>
  tx.rows<{ name: string }>(sql`select s.name from leads.lead_sources s where s.tenant_id = ${tx.ctx.tenant.id} and s.id = ${sourceId}::uuid`),
);
