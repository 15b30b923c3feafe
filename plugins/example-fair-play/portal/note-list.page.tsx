import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, type Column, DataTable, DateTime, EmptyState, PageBar, PageHead, useText } from '@portico/ui';
import type { NoteRow } from '../goodwill-note.queries.ts';
import type { load } from './note-list.server.ts';

/** All notes that this person may see. */
export default function NoteList({ data: { data: notes, nextCursor, previousCursor } }: PageProps<typeof load>) {
  const t = useText();
  const title = t('example-fair-play.goodwill');
  const columns: readonly Column<NoteRow>[] = [
    { key: 'lead', header: t('example-fair-play.lead'), lead: true, cell: (note) => <Anchor href={`/leads/${note.leadId}`}>{note.leadName}</Anchor> },
    { key: 'text', header: t('example-fair-play.note'), cell: (note) => note.text },
    { key: 'by', header: t('example-fair-play.written-by'), cell: (note) => note.writtenByName },
    { key: 'at', header: t('example-fair-play.written-at'), cell: (note) => <DateTime at={note.writtenAt} />, sort: 'written', firstWay: 'descending' },
  ];
  return (
    <>
      <PageHead title={title} sub={t('example-fair-play.list-sub')} />
      {notes.length === 0 ? (
        <EmptyState
          icon="star"
          title={t('example-fair-play.empty')}
          text={t('example-fair-play.empty-text')}
          action={<ButtonLink href="/leads">{t('example-fair-play.to-leads')}</ButtonLink>}
        />
      ) : (
        <Card label={title} flush>
          <DataTable caption={title} columns={columns} rows={notes} rowKey={(note) => note.id} defaultSort="-written" />
          <PageBar shown={notes.length} nextCursor={nextCursor} previousCursor={previousCursor} />
        </Card>
      )}
    </>
  );
}
