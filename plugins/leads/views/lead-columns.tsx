import { Anchor, ButtonLink, type Column, DateTime, useText } from '@portico/ui';
import type { ShownLead } from '../lead/lead-list.queries.ts';
import { LeadChip, NewBadge } from './lead-chip.tsx';

/** The six columns of a list of leads, each of which sorts over all pages. */
export function useLeadColumns(hrefOf: (lead: ShownLead) => string): readonly Column<ShownLead>[] {
  const t = useText();
  return [
    { key: 'received', header: t('leads.column.received'), sort: true, firstWay: 'descending', cell: (lead) => <DateTime at={lead.receivedAt} /> },
    {
      key: 'name',
      header: t('leads.column.name'),
      sort: true,
      lead: true,
      cell: (lead) => (
        <>
          <Anchor href={hrefOf(lead)} id={`lead-${lead.id}`}>
            {lead.name}
          </Anchor>{' '}
          <NewBadge lead={lead} />
        </>
      ),
    },
    { key: 'type', header: t('leads.column.type'), sort: true, cell: (lead) => lead.type },
    { key: 'status', header: t('leads.column.status'), sort: true, cell: (lead) => <LeadChip lead={lead} /> },
    { key: 'town', header: t('leads.column.town'), sort: true, cell: (lead) => lead.town || lead.postalCode || '–' },
    { key: 'assignee', header: t('leads.column.assignee'), sort: true, cell: (lead) => lead.assignee ?? <span className="ui-quiet">{t('leads.nobody')}</span> },
  ];
}

/** The button at the end of a row; screen readers hear whose lead it opens. */
export function OpenLead({ lead, href }: { readonly lead: Pick<ShownLead, 'id' | 'name'>; readonly href: string }) {
  const t = useText();
  return (
    <ButtonLink small href={href} aria-describedby={`lead-${lead.id}`}>
      {t('leads.open-lead')}
    </ButtonLink>
  );
}
