import type { Id } from '@portico/kit';
import { emptySql, sql, type Tx } from '@portico/kit/server';
import type { z } from 'zod';
import { cursorOf, cut, placeOf, type ListQuery } from '../list-page.ts';

/** A lead type as lists show it. */
export interface LeadTypeView {
  readonly id: Id;
  readonly key: string;
  readonly name: string;
  readonly lookBackDays: number;
  readonly archived: boolean;
}

/** The business's lead types by key. */
export async function listTypes(tx: Tx, query: z.output<typeof ListQuery>): Promise<{ data: LeadTypeView[]; nextCursor: string | null }> {
  const place = placeOf('key', query.cursor);
  const rows = await tx.rows<LeadTypeView>(sql`
    select t.id, t.key, t.name, t.look_back_days as "lookBackDays", t.archived_at is not null as archived from leads.lead_types t
    where t.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'LeadType', 't')} ${place ? sql`and t.key > ${place.key}` : emptySql}
    order by t.key limit ${query.limit + 1}`);
  const { data, hasMore } = cut(rows, query.limit);
  const last = data.at(-1);
  return { data: [...data], nextCursor: hasMore && last ? cursorOf('key', last) : null };
}

/** Every type by name, for filters and choices: a business has a handful, and their names are no secret of its portal. */
export const typesForChoice = (tx: Tx): Promise<{ id: Id; key: string; name: string }[]> =>
  tx.rows(sql`select t.id, t.key, t.name from leads.lead_types t where t.tenant_id = ${tx.ctx.tenant.id} order by lower(t.name), t.id limit 500`);
