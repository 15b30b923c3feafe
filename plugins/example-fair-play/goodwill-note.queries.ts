import { z } from 'zod';
import type { Id, Instant } from '@portico/kit';
import { emptySql, InvalidInput, type ListPage, sql, type Tx } from '@portico/kit/server';

/** A note as pages and the API show it. */
export interface NoteRow {
  readonly id: Id;
  readonly leadId: Id;
  readonly leadName: string;
  readonly text: string;
  readonly writtenByName: string;
  readonly writtenAt: Instant;
}

/** What a list of notes can be asked for. */
export const NoteQuery = z.object({
  leadId: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(500).optional(),
});
export type NoteQuery = z.output<typeof NoteQuery>;

const Place = z.tuple([z.iso.datetime({ offset: true }), z.uuid()]);

function placeOf(cursor: string): z.output<typeof Place> {
  try {
    return Place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw new InvalidInput({ cursor: { key: 'example-fair-play.problem.cursor' } });
    throw error;
  }
}

/** One page of the notes that the actor may see, the latest first. */
export async function listNotes(tx: Tx, { leadId, limit, cursor }: NoteQuery): Promise<ListPage<NoteRow>> {
  const { ctx } = tx;
  const place = cursor === undefined ? undefined : placeOf(cursor);
  const rows = await tx.rows<NoteRow>(sql`
    select n.id, n.lead_id as "leadId", l.name as "leadName", n.text, n.written_by_name as "writtenByName", n.written_at as "writtenAt"
    from example_fair_play.goodwill_notes n
    join leads.lead_v1 l on l.tenant_id = n.tenant_id and l.id = n.lead_id
    where n.tenant_id = ${ctx.tenant.id} and ${ctx.visible('read', 'GoodwillNote', 'n')}
      ${leadId ? sql`and n.lead_id = ${leadId}` : emptySql}
      ${place ? sql`and (n.written_at, n.id) < (${place[0]}::timestamptz, ${place[1]}::uuid)` : emptySql}
    order by n.written_at desc, n.id desc limit ${limit + 1}`);
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const nextCursor = rows.length > limit && last ? Buffer.from(JSON.stringify([last.writtenAt, last.id])).toString('base64url') : null;
  return { data, nextCursor };
}
