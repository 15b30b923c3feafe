import type { PageProps } from '@portico/kit/page';
import { Anchor, ButtonLink, Card, DataTable, DateTime, EmptyState, NoMatch, Num, PageBar, PageHead, Toolbar, useText, type Column } from '@portico/ui';
import { useLocation } from '@portico/ui/navigation';
import type { load } from './customer-list.server.ts';

type Row = Awaited<ReturnType<typeof load>>['data'][number];

/** Every customer of the business. */
export default function CustomerList({ data }: PageProps<typeof load>) {
  const t = useText();
  const isNarrowed = Boolean(new URLSearchParams(useLocation().search).get('q'));
  const create = data.canCreate && (
    <ButtonLink look="main" href="/console/accounts/new">
      {t('accounts.customers.new')}
    </ButtonLink>
  );
  const columns: Column<Row>[] = [
    { key: 'name', header: t('accounts.field.name'), sort: true, lead: true, cell: (row) => <Anchor href={`/console/accounts/${row.id}`}>{row.name}</Anchor> },
    { key: 'number', header: t('accounts.field.number'), cell: (row) => <Num value={row.number} />, align: 'end' },
    { key: 'users', header: t('accounts.users'), cell: (row) => <Num value={row.userCount} />, align: 'end' },
    { key: 'created', header: t('accounts.field.created'), sort: true, firstWay: 'descending', cell: (row) => <DateTime at={row.createdAt} look="day" /> },
  ];
  const empty = isNarrowed ? (
    <NoMatch />
  ) : (
    <EmptyState icon="building" title={t('accounts.customers.none')} text={t('accounts.customers.none-text')} action={create} />
  );
  return (
    <>
      <PageHead title={t('accounts.customers')} sub={t('accounts.customers.about')} actions={create} />
      <Card flush label={t('accounts.customers')}>
        <Toolbar search={{ label: t('accounts.customers.search'), placeholder: t('accounts.customers.search') }} />
        <DataTable caption={t('accounts.customers')} columns={columns} rows={data.data} rowKey={(row) => row.id} defaultSort="name" empty={empty} />
        <PageBar shown={data.data.length} nextCursor={data.nextCursor} previousCursor={data.previousCursor} />
      </Card>
    </>
  );
}
