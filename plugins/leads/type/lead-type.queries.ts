import type { Id } from '@portico/kit';
import { sql, walkList, type ListPlace, type Tx, type WalkedPage } from '@portico/kit/server';

/** A lead type as lists show it. */
export interface LeadTypeView {
  readonly id: Id;
  readonly key: string;
  readonly name: string;
  readonly lookBackDays: number;
  readonly archived: boolean;
}

/** The order of the list of types: by key, as an index of its own has them. */
export const TYPE_SORTS = ['key', '-key'] as const;

/** The business's lead types, one page. */
export async function listTypes(tx: Tx, place: ListPlace): Promise<WalkedPage<LeadTypeView>> {
  const keyset = walkList<LeadTypeView & { sort_key: string }>({ key: sql`t.key`, type: 'text' }, sql`t.id`, place);
  const found = await tx.rows<LeadTypeView & { sort_key: string }>(sql`
    select t.id, t.key, t.name, t.look_back_days as "lookBackDays", t.archived_at is not null as archived, t.key as sort_key from leads.lead_types t
    where t.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'LeadType', 't')} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** Every type by name, for filters and choices: a business has a handful, and their names are no secret of its portal. */
export const typesForChoice = (tx: Tx): Promise<{ id: Id; key: string; name: string }[]> =>
  tx.rows(sql`select t.id, t.key, t.name from leads.lead_types t where t.tenant_id = ${tx.ctx.tenant.id} order by lower(t.name), t.id limit 500`);
