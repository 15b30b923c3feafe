import type { PageProps } from '@portico/kit/page';
import { Card, Notice, PageHead, Split, useText } from '@portico/ui';
import { ReturnChip } from '../views/return-chip.tsx';
import { ReturnFacts } from '../views/return-facts.tsx';
import { TimelineCard } from '../views/return-timeline.tsx';
import { WithdrawForm } from '../views/withdraw-form.tsx';
import type { load } from './return-detail.server.ts';

/** One return: what was asked, what was answered, what happens next. */
export default function ReturnDetail({ data, refusal }: PageProps<typeof load>) {
  const t = useText();
  const { asked, timeline, mayWithdraw } = data;
  return (
    <>
      <PageHead
        title={t('returns.detail.title-of', { lead: asked.leadName })}
        chip={<ReturnChip status={asked.status} />}
        crumbs={[{ label: t('returns.title'), href: '/returns' }]}
        banner={refusal?.say && <Notice tone="bad">{refusal.say}</Notice>}
      />
      <Split side={<TimelineCard asked={asked} timeline={timeline} />}>
        <Card title={t('returns.detail.title')} footer={mayWithdraw && <WithdrawForm />}>
          <ReturnFacts asked={asked} leadHref={`/leads/${asked.leadId}`} />
        </Card>
      </Split>
    </>
  );
}
