import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Card, Chip, type Column, DataTable, EmptyState, type Filter, NoMatch, Notice, PageBar, PageHead, Toolbar, useText } from '@portico/ui';
import type { LeadLine } from '../lead/lead-list.queries.ts';
import { LeadChip } from '../views/lead-chip.tsx';
import { OpenLead, useLeadColumns } from '../views/lead-columns.tsx';
import type { load } from './lead-list.server.ts';

type Props = PageProps<typeof load>;
const hrefOf = (lead: Pick<LeadLine, 'id'>) => `/console/leads/${lead.id}`;

/** All leads of the business; the unmatched ones wait for an order. */
export default function LeadList({ data }: Props) {
  const t = useText();
  return (
    <>
      <PageHead
        title={t('leads.leads')}
        sub={t('leads.console.about')}
        actions={<ButtonLink href="/console/leads?unmatched=1">{t('leads.unmatched-leads')}</ButtonLink>}
      />
      <Card flush label={t('leads.leads')}>
        <Toolbar search={{ label: t('leads.search'), placeholder: t('leads.search.placeholder') }} filters={useFilters(data.types)} />
        {data.tooMany ? (
          <div className="ui-card-body">
            <Notice tone="wait" title={t('leads.too-many')}>
              {t('leads.too-many.text')}
            </Notice>
          </div>
        ) : (
          <Table data={data} />
        )}
        <PageBar
          shown={data.data.length}
          total={data.count?.total}
          isFloor={data.count?.isFloor}
          nextCursor={data.nextCursor}
          previousCursor={data.previousCursor}
        />
      </Card>
    </>
  );
}

function useFilters(types: Props['data']['types']): readonly Filter[] {
  const t = useText();
  return [
    {
      kind: 'select',
      name: 'unmatched',
      label: t('leads.filter.matched'),
      all: t('leads.filter.all-leads'),
      options: [{ value: '1', label: t('leads.unmatched') }],
    },
    {
      kind: 'select',
      name: 'type',
      label: t('leads.column.type'),
      all: t('leads.filter.all-types'),
      options: types.map(({ id, name }) => ({ value: id, label: name })),
    },
    { kind: 'dates', name: 'dates', label: t('leads.filter.dates'), from: 'from', to: 'to' },
  ];
}

const StatusOrUnmatched = ({ lead }: { readonly lead: LeadLine }) => {
  const t = useText();
  return lead.accountId ? <LeadChip lead={lead} /> : <Chip tone="wait">{t('leads.unmatched')}</Chip>;
};
const statusOf = (lead: LeadLine) => <StatusOrUnmatched lead={lead} />;

function Table({ data }: Props) {
  const t = useText();
  // Staff look for the customer; who of the customer's people has a lead stands on its page.
  const account: Column<LeadLine> = {
    key: 'account',
    header: t('leads.column.account'),
    cell: (lead) => (lead.accountId ? data.accounts[lead.accountId] : <span className="ui-quiet">{t('leads.nobody')}</span>),
  };
  const columns = useLeadColumns(hrefOf)
    .filter(({ key }) => key !== 'assignee')
    .map((column) => (column.key === 'status' ? { ...column, cell: statusOf } : column));
  return (
    <DataTable
      caption={t('leads.leads')}
      columns={[...columns, account]}
      rows={data.data}
      rowKey={(lead) => lead.id}
      defaultSort="-received"
      actions={(lead) => <OpenLead lead={lead} href={hrefOf(lead)} />}
      empty={
        data.isNarrowed ? (
          <NoMatch />
        ) : (
          <EmptyState
            icon="leads"
            title={t('leads.empty')}
            text={t('leads.console.empty.text')}
            action={
              <ButtonLink look="main" href="/console/leads/sources">
                {t('leads.sources')}
              </ButtonLink>
            }
          />
        )
      }
    />
  );
}
