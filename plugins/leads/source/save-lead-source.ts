import { InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { DBError } from 'objection';
import { z } from 'zod';
import { lineOfText } from '../line-of-text.ts';
import { LeadSource } from './lead-source.model.ts';

// Row-level security keeps the details of a violation back, so Objection cannot tell which kind it was; its code tells.
const isTwin = (error: unknown): boolean => error instanceof DBError && (error.nativeError as { code?: string }).code === '23505';
const nameTaken = (): InvalidInput => new InvalidInput({ name: { key: 'leads.problem.source-name-taken' } });

/** A new source. */
export const CreateLeadSource = z.object({ name: lineOfText(80, 'leads.problem.name-missing') });
export type CreateLeadSource = z.output<typeof CreateLeadSource>;

/** What can be changed of a source. One that is switched off is refused when it posts. */
export const ChangeLeadSource = z.object({ name: lineOfText(80, 'leads.problem.name-missing').optional(), enabled: z.boolean().optional() });
export type ChangeLeadSource = z.output<typeof ChangeLeadSource>;

/** Staff add a source of leads. A name that is taken is InvalidInput at `name`. Answers its id. */
export async function createLeadSource(ctx: Ctx, { name }: CreateLeadSource): Promise<Id> {
  ctx.demand('manage', 'LeadSource');
  return ctx.inTenant(async (tx) => {
    const id = ctx.newId();
    const added = await tx.run(
      sql`insert into leads.lead_sources (id, name, created_at) values (${id}, ${name}, ${ctx.clock.now()}) on conflict (tenant_id, name) do nothing`,
    );
    if (added === 0) throw nameTaken();
    await tx.audit('leads.source-created', null, { sourceId: id, name });
    return id;
  });
}

/** Staff rename a source or switch it off or on. Throws NotFound, InvalidInput at `name`. */
export async function changeLeadSource(ctx: Ctx, sourceId: Id, changes: ChangeLeadSource): Promise<void> {
  ctx.demand('manage', 'LeadSource');
  await ctx.inTenant(async (tx) => {
    const source = await tx.query(LeadSource).findById(sourceId).forUpdate();
    if (!source) throw new NotFound();
    const after = { name: changes.name ?? source.name, enabled: changes.enabled ?? source.enabled };
    const taken = await tx.query(LeadSource).findOne({ name: after.name }).whereNot({ id: sourceId });
    if (taken) throw nameTaken();
    await tx.audit('leads.source-changed', { sourceId, name: source.name, enabled: source.enabled }, { sourceId, ...after });
    // somebody may take the name between the look and the write
    await source
      .$query(tx.sql)
      .patch(after)
      .catch((error: unknown) => {
        throw isTwin(error) ? nameTaken() : error;
      });
  });
}
