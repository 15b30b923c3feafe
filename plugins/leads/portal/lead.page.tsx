import type { PageProps } from '@portico/kit/page';
import { ButtonLink, Flash, PageHead, PrintButton, Split, useFormat, useText } from '@portico/ui';
import { LeadCard } from '../views/lead-card.tsx';
import { LeadChip } from '../views/lead-chip.tsx';
import { LeadActivity, LeadWork, UndoAssignment } from '../views/lead-work.tsx';
import type { load } from './lead.server.ts';

/** One lead: contact, facts, tabs of plugins, work and activity. */
export default function Lead({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const format = useFormat();
  const { lead } = data;
  const sub = [
    lead.type,
    t('leads.received-at', { at: format.when(lead.receivedAt, 'inside') }),
    lead.orderNumber !== null && t('leads.order-number', { order: lead.orderNumber }),
  ];
  const actions = (
    <>
      {lead.phone && (
        <ButtonLink icon="phone" href={`tel:${lead.phone}`}>
          {t('leads.call')}
        </ButtonLink>
      )}
      {lead.email && (
        <ButtonLink icon="mail" href={`mailto:${lead.email}`}>
          {t('leads.email')}
        </ButtonLink>
      )}
      <PrintButton />
    </>
  );
  const banner = refusal?.say ? <Flash tone="bad">{refusal.say}</Flash> : <UndoAssignment undo={data.undo} />;
  return (
    <>
      <PageHead
        crumbs={[{ label: t('leads.leads'), href: '/leads' }]}
        title={lead.name}
        chip={<LeadChip lead={lead} />}
        sub={sub.filter(Boolean).join(' · ')}
        actions={actions}
        banner={banner}
      />
      <Split
        side={
          <>
            <LeadWork data={data} refusal={refusal} />
            <LeadActivity data={data} />
          </>
        }
      >
        <LeadCard data={data} />
      </Split>
    </>
  );
}
