import { z } from 'zod';
import { defineServer, get, post } from '@portico/kit/server';
import { listNotes, NoteQuery } from './goodwill-note.queries.ts';
import { keepNotes } from './keep-notes.ts';
import { voteInTime } from './vote-in-time.ts';
import { WriteNote, writeNote } from './write-note.ts';

const NoteView = z.object({ id: z.uuid(), leadId: z.uuid(), leadName: z.string(), text: z.string(), writtenByName: z.string(), writtenAt: z.string() });
const NotePage = z.object({ data: z.array(NoteView), nextCursor: z.string().nullable() });

export default defineServer({
  routes: [
    get(
      '/notes',
      { name: 'list-notes', may: { action: 'read', subject: 'ExampleFairPlayNote' }, query: NoteQuery, answer: NotePage },
      async (ctx, { query }) => {
        const { data, nextCursor } = await ctx.inTenant((tx) => listNotes(tx, query));
        return { data, nextCursor };
      },
    ),
    post(
      '/notes',
      { name: 'write-note', may: { action: 'write', subject: 'ExampleFairPlayNote' }, body: WriteNote, answer: z.object({ id: z.uuid() }), status: 201 },
      async (ctx, { body }) => ({ id: (await writeNote(ctx, body)).id }),
    ),
  ],
  hooks: [voteInTime, keepNotes],
});
