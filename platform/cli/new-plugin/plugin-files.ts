/**
 * The files of a new plugin, smallest form: one table, one use case, one list page, one API operation, one test. Everything
 * passes `npm run check` and `npm test` as it is. `id` is the plugin's id, `schema` the same with underscores.
 */
export function pluginFiles(id: string): Readonly<Record<string, string>> {
  const schema = id.replaceAll('-', '_');
  return {
    'package.json': packageJson(id),
    'plugin.ts': manifest(id),
    'api.ts': api(id),
    'server.ts': server(id),
    'write-note.ts': noteUseCase(id),
    'note.queries.ts': queries(schema),
    'portal/note-list.page.tsx': page(id),
    'portal/note-list.server.ts': pageServer(id),
    [`migrations/001_notes.sql`]: migration(schema),
    'translations/en.json': translations(id),
    'README.md': readme(id),
    [`test/${id}.db.test.ts`]: test(id),
  };
}

const packageJson = (id: string): string =>
  `${JSON.stringify(
    {
      name: `@portico/plugin-${id}`,
      version: '0.1.0',
      private: true,
      license: 'MIT',
      type: 'module',
      scripts: { build: 'node ../../platform/cli/build-package.mjs' },
      exports: Object.fromEntries(
        ['plugin', 'api', 'server'].map((entry) => [`./${entry}`, { 'portico-source': `./${entry}.ts`, default: `./dist/${entry}.js` }]),
      ),
      peerDependencies: { '@portico/kit': '*', '@portico/ui': '*', react: '^18.3', zod: '^4' },
    },
    null,
    2,
  )}\n`;

const manifest = (id: string): string => `import { definePlugin } from '@portico/kit';

const read = { action: 'read', subject: '${subjectOf(id)}' } as const;

export default definePlugin({
  id: '${id}',
  version: '1.0.0',
  contract: '^1.0',
  title: '${id}.title',
  subjects: {
    ${subjectOf(id)}: { columns: { account: 'account_id' }, actions: { read: 'account', write: 'account' } },
  },
  pages: [{ area: 'portal', path: '', view: 'note-list', title: '${id}.notes', may: read, menu: { text: '${id}.notes', icon: 'star' } }],
});
`;

const api = (id: string): string => `/** What other plugins may use of ${id}. */
import { z } from 'zod';
import { defineEvent } from '@portico/kit';

/** A note was written. */
export const noteWritten = defineEvent('${id}.note-written', { payload: z.object({ noteId: z.uuid() }), subject: (p) => p.noteId });
`;

const server = (id: string): string => `import { z } from 'zod';
import { defineServer, get, post } from '@portico/kit/server';
import { listNotes, NoteQuery } from './note.queries.ts';
import { WriteNote, writeNote } from './write-note.ts';

const NoteView = z.object({ id: z.uuid(), text: z.string(), writtenAt: z.string() });
const NotePage = z.object({ data: z.array(NoteView), nextCursor: z.string().nullable() });

export default defineServer({
  routes: [
    get('', { name: 'list-notes', may: { action: 'read', subject: '${subjectOf(id)}' }, query: NoteQuery, answer: NotePage }, async (ctx, { query }) => {
      const { data, nextCursor } = await listNotes(ctx, query);
      return { data, nextCursor };
    }),
    post('', { name: 'write-note', may: { action: 'write', subject: '${subjectOf(id)}' }, body: WriteNote, answer: z.object({ id: z.uuid() }), status: 201 }, (ctx, { body }) =>
      writeNote(ctx, body),
    ),
  ],
});
`;

const noteUseCase = (id: string): string => `import { z } from 'zod';
import type { Id } from '@portico/kit';
import { Forbidden, sql, type Ctx } from '@portico/kit/server';
import { noteWritten } from './api.ts';

export const WriteNote = z.object({ text: z.string().trim().min(1, '${id}.problem.text-missing').max(500) });

/** An account admin writes a note for the own account. */
export async function writeNote(ctx: Ctx, { text }: z.output<typeof WriteNote>): Promise<{ id: Id }> {
  const accountId = ctx.actor.roles.find((role) => role.role === 'account-admin')?.accountId;
  if (!accountId) throw new Forbidden();
  ctx.demand('write', '${subjectOf(id)}', { account_id: accountId });
  return ctx.inTenant(async (tx) => {
    const noteId = ctx.newId();
    await tx.run(sql\`insert into ${id.replaceAll('-', '_')}.notes (id, account_id, text, written_at) values (\${noteId}, \${accountId}, \${text}, \${ctx.clock.now()})\`);
    await tx.publish(noteWritten, { noteId });
    return { id: noteId };
  });
}
`;

const queries = (schema: string): string => `import type { Id, Instant } from '@portico/kit';
import { listQuery, sql, walkList, type Ctx, type ListPlace, type WalkedPage } from '@portico/kit/server';

/** What the list of notes is asked for: limit, cursor, and the order, newest first unless asked otherwise. */
export const NoteQuery = listQuery(['-written', 'written']);

/** A note as the page and the API show it. */
export interface NoteRow {
  readonly id: Id;
  readonly text: string;
  readonly writtenAt: Instant;
}

/** One page of the notes that the actor may see. */
export async function listNotes(ctx: Ctx, place: ListPlace): Promise<WalkedPage<NoteRow>> {
  const keyset = walkList<NoteRow & { sort_key: Instant }>({ key: sql\`n.written_at\`, type: 'timestamptz' }, sql\`n.id\`, place);
  const found = await ctx.inTenant((tx) =>
    tx.rows<NoteRow & { sort_key: Instant }>(sql\`
      select n.id, n.text, n.written_at as "writtenAt", n.written_at as sort_key from ${schema}.notes n
      where n.tenant_id = \${ctx.tenant.id} and \${ctx.visible('read', '${subjectOf(schema.replaceAll('_', '-'))}', 'n')} and \${keyset.where}
      \${keyset.orderAndLimit}\`),
  );
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...row }) => row), nextCursor, previousCursor };
}
`;

const page = (id: string): string => `import type { PageProps } from '@portico/kit/page';
import { Card, DateTime, EmptyState, FormCard, PageBar, PageHead, Stack, TextField, useText } from '@portico/ui';
import type { load } from './note-list.server.ts';

/** The account's notes, and the form that writes one. */
export default function NoteList({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  return (
    <>
      <PageHead title={t('${id}.notes')} />
      <Stack>
        <FormCard submit={t('${id}.write')} refusal={refusal}>
          <TextField name="text" label={t('${id}.text')} required maxLength={500} />
        </FormCard>
        {data.data.length === 0 ? (
          <EmptyState title={t('${id}.empty')} />
        ) : (
          <Card label={t('${id}.notes')}>
            <ul>
              {data.data.map((note) => (
                <li key={note.id}>
                  {note.text} <DateTime at={note.writtenAt} />
                </li>
              ))}
            </ul>
            <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
          </Card>
        )}
      </Stack>
    </>
  );
}
`;

const pageServer = (id: string): string => `import type { PageRequest } from '@portico/kit/page';
import { addressQuery, formInput, type Ctx, type Submitted } from '@portico/kit/server';
import { listNotes, NoteQuery } from '../note.queries.ts';
import { WriteNote, writeNote } from '../write-note.ts';

export const load = (ctx: Ctx, { query }: PageRequest) => listNotes(ctx, addressQuery(NoteQuery, query));

export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  await writeNote(ctx, WriteNote.parse(formInput(form)));
  return { ok: true, say: '${id}.written' };
}
`;

const migration = (schema: string): string => `create table ${schema}.notes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  account_id uuid not null,
  text text not null,
  written_at timestamptz not null,
  primary key (tenant_id, id)
);
create index notes_account on ${schema}.notes (tenant_id, account_id, written_at desc, id desc);
select portico.make_tenant_table('${schema}.notes');
`;

const translations = (id: string): string =>
  `${JSON.stringify({ [`${id}.title`]: titleOf(id), [`${id}.notes`]: titleOf(id), [`${id}.text`]: 'Note', [`${id}.write`]: 'Write note', [`${id}.written`]: 'Note written.', [`${id}.empty`]: 'Nothing has been written yet.', [`${id}.problem.text-missing`]: 'Write a few words first.' }, null, 2)}\n`;

const readme = (id: string): string => `# ${titleOf(id)}

Notes that an account admin writes for the own account. Off at every business until somebody switches it on:
\`npx portico plugin enable --business <slug> --plugin ${id}\`, or in the console under Plugins.
`;

const test = (id: string): string => `import { afterAll, expect, it } from 'vitest';
import type { Actor } from '@portico/kit/server';
import { describePluginContract, startTestPortal } from '@portico/testing';
import { listNotes, NoteQuery } from '../note.queries.ts';
import { load, submit } from '../portal/note-list.server.ts';
import { writeNote } from '../write-note.ts';

describePluginContract('@portico/plugin-${id}');

const portal = await startTestPortal();
afterAll(() => portal.close());
const [alpha, beta] = [await portal.business('alpha', { plugins: ['${id}'] }), await portal.business('beta', { plugins: ['${id}'] })];
const accountId = '0190a5b0-0000-7000-8000-00000000000a';
const adminOf = async (business: typeof alpha) => {
  const actor: Actor = { kind: 'user', id: business.ownerId, name: 'Admin', roles: [{ role: 'account-admin', accountId }] };
  return portal.core.contextFor({ tenant: business.tenant, actor, pluginId: '${id}' });
};

it('an account admin writes a note and sees it; the same account id at another business sees nothing', async () => {
  const admin = await adminOf(alpha);
  const all = NoteQuery.parse({});
  expect((await listNotes(admin, all)).data).toEqual([]);
  await writeNote(admin, { text: 'Hello' });
  expect((await listNotes(admin, all)).data.map((note) => note.text)).toEqual(['Hello']);
  expect((await listNotes(await adminOf(beta), all)).data).toEqual([]);
});

it('the page’s form writes a note and says so; words that are missing or too many are told at their field', async () => {
  const admin = await adminOf(alpha);
  const form = (text: string) => {
    const filled = new FormData();
    filled.set('text', text);
    return filled;
  };
  expect(await submit(admin, form('From the page'))).toEqual({ ok: true, say: '${id}.written' });
  expect((await load(admin, { params: {}, query: new URLSearchParams() })).data.map((note) => note.text)).toContain('From the page');
  for (const text of ['', 'x'.repeat(501)]) await expect(submit(admin, form(text))).rejects.toMatchObject({ issues: [{ path: ['text'] }] });
});
`;

const titleOf = (id: string): string =>
  id
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join(' ');
const subjectOf = (id: string): string =>
  `${id
    .split('-')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')}Note`;
