import { InvalidInput, NotFound, type Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { z } from 'zod';
import { leadTypeRenamed } from '../api.ts';
import { sortKey } from '../lead/sort-keys.ts';
import { lineOfText } from '../line-of-text.ts';
import { LeadType } from './lead-type.model.ts';

const lookBackDays = z.coerce
  .number('leads.problem.number')
  .int('leads.problem.number')
  .min(1, 'leads.problem.look-back')
  .max(3_650, 'leads.problem.look-back');

/** A new lead type. `key` is what sources post; it never changes. */
export const CreateLeadType = z.object({
  key: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'leads.problem.type-key'),
  name: lineOfText(80, 'leads.problem.name-missing'),
  lookBackDays: lookBackDays.default(30).meta({ description: 'For so many days a second lead with the same phone or e-mail is a duplicate' }),
});
export type CreateLeadType = z.output<typeof CreateLeadType>;

/** What can be changed of a lead type. An archived one takes no more leads; its leads stay. */
export const ChangeLeadType = z.object({
  name: lineOfText(80, 'leads.problem.name-missing').optional(),
  lookBackDays: lookBackDays.optional(),
  archived: z.boolean().optional(),
});
export type ChangeLeadType = z.output<typeof ChangeLeadType>;

/** Staff add a kind of lead. A key that is taken is InvalidInput at `key`. Answers its id. */
export async function createLeadType(ctx: Ctx, input: CreateLeadType): Promise<Id> {
  ctx.demand('manage', 'LeadType');
  return ctx.inTenant(async (tx) => {
    const id = ctx.newId();
    const added = await tx.run(sql`insert into leads.lead_types (id, key, name, look_back_days, created_at)
      values (${id}, ${input.key}, ${input.name}, ${input.lookBackDays}, ${ctx.clock.now()}) on conflict (tenant_id, key) do nothing`);
    if (added === 0) throw new InvalidInput({ key: { key: 'leads.problem.type-key-taken' } });
    await tx.audit('leads.type-created', null, { typeId: id, ...input });
    return id;
  });
}

/** Staff change a kind of lead; its leads are sorted by a new name soon after (`leads.type-renamed`). Throws NotFound. */
export async function changeLeadType(ctx: Ctx, typeId: Id, changes: ChangeLeadType): Promise<void> {
  ctx.demand('manage', 'LeadType');
  await ctx.inTenant(async (tx) => {
    const type = await tx.query(LeadType).findById(typeId).forUpdate();
    if (!type) throw new NotFound();
    const after = {
      name: changes.name ?? type.name,
      look_back_days: changes.lookBackDays ?? type.look_back_days,
      archived_at: changes.archived === undefined ? type.archived_at : changes.archived ? (type.archived_at ?? ctx.clock.now()) : null,
    };
    const isRenamed = sortKey(after.name) !== sortKey(type.name);
    await tx.audit('leads.type-changed', { typeId, name: type.name, look_back_days: type.look_back_days, archived_at: type.archived_at }, { typeId, ...after });
    await type.$query(tx.sql).patch(after);
    if (isRenamed) await tx.publish(leadTypeRenamed, { typeId });
  });
}
