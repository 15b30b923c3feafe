import { NotFound, type Id } from '@portico/kit';
import { emptySql, sql, type Ctx, type Tx } from '@portico/kit/server';
import type { z } from 'zod';
import { cursorOf, cut, placeOf, type ListQuery } from '../list-page.ts';
import { LeadSource } from './lead-source.model.ts';

/** A lead source as lists show it. */
export interface LeadSourceView {
  readonly id: Id;
  readonly name: string;
  readonly enabled: boolean;
}

/** Who sends leads to this business, oldest first. */
export async function listSources(tx: Tx, query: z.output<typeof ListQuery>): Promise<{ data: LeadSourceView[]; nextCursor: string | null }> {
  const place = placeOf('id', query.cursor);
  const rows = await tx.rows<LeadSourceView>(sql`
    select s.id, s.name, s.enabled from leads.lead_sources s
    where s.tenant_id = ${tx.ctx.tenant.id} and ${tx.ctx.visible('read', 'LeadSource', 's')} ${place ? sql`and s.id > ${place.id}::uuid` : emptySql}
    order by s.id limit ${query.limit + 1}`);
  const { data, hasMore } = cut(rows, query.limit);
  const last = data.at(-1);
  return { data: [...data], nextCursor: hasMore && last ? cursorOf('id', { key: last.name, id: last.id }) : null };
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
