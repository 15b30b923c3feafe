import type { SlotProps } from '@portico/kit/page';
import { DateTime, Notice, Stack, useText } from '@portico/ui';
import { ReturnCase } from '../views/return-case.tsx';
import { ReturnTimeline, timelineTitle } from '../views/return-timeline.tsx';
import type { load } from './lead-return-case.server.ts';

/** The tab Return of a lead, as staff see it: the same facts, and the decision. */
export default function LeadReturnCase({ data, refusal }: SlotProps<{ leadId: string }, typeof load>) {
  const t = useText();
  const { followed, firmOrder, closesAt, isOpen } = data;
  return (
    <Stack>
      {!followed && <p>{t('returns.case.none')}</p>}
      {followed && (
        <>
          <ReturnCase followed={followed} refusal={refusal} />
          <h2>{timelineTitle(t, followed.asked)}</h2>
          <ReturnTimeline asked={followed.asked} timeline={followed.timeline} forStaff />
        </>
      )}
      {firmOrder !== null && !followed && <Notice>{t('returns.not-accepted', { order: firmOrder })}</Notice>}
      {closesAt !== null && !followed && (
        <Notice tone="neutral">
          {t(isOpen ? 'returns.until.open' : 'returns.until.closed')}{' '}
          <b>
            <DateTime at={closesAt} look="long" />
          </b>
        </Notice>
      )}
    </Stack>
  );
}
