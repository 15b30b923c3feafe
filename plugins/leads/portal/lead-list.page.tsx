import type { PageProps } from '@portico/kit/page';
import { Card, DataTable, EmptyState, type Filter, Flash, NoMatch, Notice, PageBar, PageHead, SubmitButton, Toolbar, useText } from '@portico/ui';
import type { LeadLine } from '../lead/lead-list.queries.ts';
import { AssigneeField } from '../views/assignee-field.tsx';
import { OpenLead, useLeadColumns } from '../views/lead-columns.tsx';
import type { load } from './lead-list.server.ts';

type Props = PageProps<typeof load>;
const hrefOf = (lead: Pick<LeadLine, 'id'>) => `/leads/${lead.id}`;

/** The Lead Manager: all leads that the user may see. */
export default function LeadList({ data, refusal }: Props) {
  const t = useText();
  const refused = refusal?.say ?? refusal?.fields['memberId'];
  return (
    <>
      <PageHead title={t('leads.leads')} sub={<Whose data={data} />} banner={refused && <Flash tone="bad">{refused}</Flash>} />
      <Card flush label={t('leads.leads')}>
        <Toolbar search={{ label: t('leads.search'), placeholder: t('leads.search.placeholder') }} filters={useLeadFilters(data.types)} />
        {data.tooMany ? <TooMany /> : <Table data={data} refusal={refusal} />}
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

function Whose({ data: { whose, accountName } }: Pick<Props, 'data'>) {
  const t = useText();
  return <>{t(`leads.whose.${whose.kind}`, { count: whose.count, account: accountName })}</>;
}

function useLeadFilters(types: Props['data']['types']): readonly Filter[] {
  const t = useText();
  return [
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

/** More than can be sorted: say so, and what to do, instead of showing a part of it. */
const TooMany = () => {
  const t = useText();
  return (
    <div className="ui-card-body">
      <Notice tone="wait" title={t('leads.too-many')}>
        {t('leads.too-many.text')}
      </Notice>
    </div>
  );
};

function Table({ data, refusal }: Pick<Props, 'data' | 'refusal'>) {
  const t = useText();
  const columns = useLeadColumns(hrefOf);
  // who sees only leads of their own has nobody to give them to; everybody else may at least take one over
  const canAssign = data.whose.kind !== 'own' && data.assignable.choices.length > 0;
  return (
    <DataTable
      caption={t('leads.leads')}
      columns={columns}
      rows={data.data}
      rowKey={(lead) => lead.id}
      defaultSort="-received"
      isFresh={(lead) => lead.status === 'new' && !lead.returnState}
      actions={(lead) => <OpenLead lead={lead} href={hrefOf(lead)} />}
      selection={canAssign ? { label: (lead) => t('leads.pick', { name: lead.name }), bar: <AssignBar data={data} refusal={refusal} /> } : undefined}
      empty={data.isNarrowed ? <NoMatch /> : <EmptyState icon="leads" title={t('leads.empty')} text={t('leads.empty.text')} />}
    />
  );
}

function AssignBar({ data: { assignable, assignTo }, refusal }: Pick<Props, 'data' | 'refusal'>) {
  const t = useText();
  return (
    <>
      <AssigneeField people={assignable} assigneeId={assignTo} typed={refusal?.typed['memberId']} error={refusal?.fields['memberId']} />
      <SubmitButton small pendingText={t('leads.assigning')}>
        {t('leads.assign-leads')}
      </SubmitButton>
    </>
  );
}
