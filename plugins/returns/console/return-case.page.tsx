import type { PageProps } from '@portico/kit/page';
import { Card, PageHead, Split, useText } from '@portico/ui';
import { ReturnCase } from '../views/return-case.tsx';
import { ReturnChip } from '../views/return-chip.tsx';
import { TimelineCard } from '../views/return-timeline.tsx';
import type { load } from './return-case.server.ts';

/** One return in the console. */
export default function ReturnCasePage({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { asked, timeline } = data;
  return (
    <>
      <PageHead
        title={t('returns.detail.title-of', { lead: asked.leadName })}
        chip={<ReturnChip status={asked.status} />}
        crumbs={[{ label: t('returns.title'), href: '/console/returns' }]}
      />
      <Split side={<TimelineCard asked={asked} timeline={timeline} forStaff />}>
        <Card title={t('returns.detail.title')}>
          <ReturnCase followed={data} refusal={refusal} leadHref={`/console/leads/${asked.leadId}`} />
        </Card>
      </Split>
    </>
  );
}
