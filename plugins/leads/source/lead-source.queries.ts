import { NotFound, type Id } from '@portico/kit';
import { sql, walkList, type Ctx, type ListPlace, type Tx, type WalkedPage } from '@portico/kit/server';
import { LeadSource } from './lead-source.model.ts';

/** A lead source as lists show it. */
export interface LeadSourceView {
  readonly id: Id;
  readonly name: string;
  readonly enabled: boolean;
}

/** The order of the list of sources: by name, as an index of its own has them. */
export const SOURCE_SORTS = ['name', '-name'] as const;

/** Who sends leads to this business, one page. */
export async function listSources(tx: Tx, place: ListPlace): Promise<WalkedPage<LeadSourceView>> {
  const keyset = walkList<LeadSourceView & { sort_key: string }>({ key: sql`s.name`, type: 'text' }, sql`s.id`, place);
  const found = await tx.rows<LeadSourceView & { sort_key: string }>(sql`
    select s.id, s.name, s.enabled, s.name as sort_key from leads.lead_sources s
    where s.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'LeadSource', 's')} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}

/** A source with its keys, of which only the last four characters are known. Throws NotFound. */
export async function readSource(ctx: Ctx, tx: Tx, sourceId: Id) {
  ctx.demand('read', 'LeadSource');
  const source = await tx.query(LeadSource).findById(sourceId);
  if (!source) throw new NotFound();
  ctx.demand('read', 'LeadSource', source);
  const keys = await tx.keys.list({ sourceId });
  return { id: source.id, name: source.name, enabled: source.enabled, keys };
}
