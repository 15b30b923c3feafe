import type { PageRequest } from '@portico/kit/page';
import { addressQuery, type Ctx } from '@portico/kit/server';
import { listNotes, NoteQuery } from '../goodwill-note.queries.ts';

export function load(ctx: Ctx, { query }: PageRequest) {
  return ctx.inTenant((tx) => listNotes(tx, addressQuery(NoteQuery, query)));
}
