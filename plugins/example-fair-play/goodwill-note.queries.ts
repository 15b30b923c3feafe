import { z } from 'zod';
import type { Id, Instant } from '@portico/kit';
import { emptySql, listQuery, sql, type Tx, type WalkedPage, walkList } from '@portico/kit/server';

/** A note as pages and the API show it. */
export interface NoteRow {
  readonly id: Id;
  readonly leadId: Id;
  readonly leadName: string;
  readonly text: string;
  readonly writtenByName: string;
  readonly writtenAt: Instant;
}

/** What a list of notes can be asked for; `before` is the way back. */
export const NoteQuery = listQuery(['-written', 'written']).extend({ leadId: z.uuid().optional(), before: z.string().max(2_000).optional() });
export type NoteQuery = z.output<typeof NoteQuery>;

/** One page of the notes that the actor may see, the latest first unless asked otherwise. */
export async function listNotes(tx: Tx, query: NoteQuery): Promise<WalkedPage<NoteRow>> {
  const { ctx } = tx;
  const keyset = walkList<NoteRow & { sort_key: Instant }>({ key: sql`n.written_at`, type: 'timestamptz' }, sql`n.id`, query);
  const found = await tx.rows<NoteRow & { sort_key: Instant }>(sql`
    select n.id, n.lead_id as "leadId", l.name as "leadName", n.text, n.written_by_name as "writtenByName", n.written_at as "writtenAt", n.written_at as sort_key
    from example_fair_play.goodwill_notes n
    join leads.lead_v1 l on l.tenant_id = n.tenant_id and l.id = n.lead_id
    where n.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'ExampleFairPlayNote', 'n')}
      ${query.leadId ? sql`and n.lead_id = ${query.leadId}` : emptySql} and ${keyset.where}
    ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}
