import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, Chip, DataTable, DateTime, EmptyState, PageBar, PageHead, useText, type Column } from '@portico/ui';
import type { load } from './team.server.ts';

type Row = PageProps<typeof load>['data']['data'][number];

/** Who works for the business. */
export default function Team({ data }: PageProps<typeof load>) {
  const t = useText();
  const create = data.canCreate && (
    <ButtonLink look="main" href="/console/workspace/team/new">
      {t('workspace.team.add')}
    </ButtonLink>
  );
  const columns: Column<Row>[] = [
    {
      key: 'name',
      header: t('workspace.field.name'),
      lead: true,
      sort: true,
      cell: (row) => (
        <>
          <Anchor href={`/console/workspace/team/${row.id}`}>{row.name}</Anchor>
          {row.userId === data.ownUserId && (
            <>
              {' '}
              <Chip tone="new">{t('workspace.you')}</Chip>
            </>
          )}
        </>
      ),
    },
    { key: 'login', header: t('workspace.field.login'), cell: (row) => row.userName ?? row.email },
    { key: 'role', header: t('workspace.field.role'), sort: true, cell: (row) => t(`workspace.role.${row.role}`) },
    {
      key: 'enabled',
      header: t('workspace.field.enabled'),
      cell: (row) => <Chip tone={row.enabled ? 'good' : 'bad'}>{t(row.enabled ? 'workspace.yes' : 'workspace.no')}</Chip>,
    },
    { key: 'seen', header: t('workspace.field.last-seen'), cell: (row) => (row.lastSeenAt ? <DateTime at={row.lastSeenAt} /> : t('workspace.never-seen')) },
    { key: 'since', header: t('workspace.field.since'), sort: true, firstWay: 'descending', cell: (row) => <DateTime at={row.createdAt} look="day" /> },
  ];
  return (
    <>
      <PageHead title={t('workspace.team')} sub={t('workspace.team.about')} actions={create} />
      <Card flush label={t('workspace.team')}>
        <DataTable
          caption={t('workspace.team')}
          columns={columns}
          rows={data.data}
          rowKey={(row) => row.id}
          defaultSort="role"
          empty={<EmptyState icon="users" title={t('workspace.team.none')} action={create} />}
        />
        {(data.nextCursor || data.previousCursor) && <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />}
      </Card>
    </>
  );
}
