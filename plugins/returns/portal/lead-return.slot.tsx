import type { SlotProps } from '@portico/kit/page';
import { DateTime, FormArea, Notice, RadioGroup, Stack, SubmitButton, TextareaField, useText } from '@portico/ui';
import { ReturnFacts } from '../views/return-facts.tsx';
import { ReturnTimeline, timelineTitle } from '../views/return-timeline.tsx';
import { WithdrawForm } from '../views/withdraw-form.tsx';
import type { load } from './lead-return.server.ts';

type Props = SlotProps<{ leadId: string }, typeof load>;

/** The tab Return of a lead: the form while it can be returned, and what became of it once it was. */
export default function LeadReturn({ data, refusal }: Props) {
  const t = useText();
  const { followed, mayRequest } = data;
  return (
    <Stack>
      {refusal?.say && !mayRequest && <Notice tone="bad">{refusal.say}</Notice>}
      {followed && (
        <>
          <ReturnFacts asked={followed.asked} />
          {followed.mayWithdraw && <WithdrawForm />}
          <h2>{timelineTitle(t, followed.asked)}</h2>
          <ReturnTimeline asked={followed.asked} timeline={followed.timeline} />
        </>
      )}
      {!isStanding(data) && <Until data={data} />}
      {mayRequest && <RequestForm data={data} refusal={refusal} />}
    </Stack>
  );
}

const isStanding = ({ followed }: Props['data']): boolean => followed?.asked.status === 'pending' || followed?.asked.status === 'approved';

/** The instant itself is printed: hours and calendar days would say different things (requirements 3.7). */
function Until({ data: { closesAt, firmOrder, isOpen, reachedCap } }: Pick<Props, 'data'>) {
  const t = useText();
  if (firmOrder !== null) return <Notice>{t('returns.not-accepted', { order: firmOrder })}</Notice>;
  if (closesAt === null) return null;
  if (reachedCap) return <Notice tone="wait">{t('returns.cap-reached', reachedCap)}</Notice>;
  return (
    <Notice tone={isOpen ? 'info' : 'neutral'}>
      {t(isOpen ? 'returns.until.open' : 'returns.until.closed')}{' '}
      <b>
        <DateTime at={closesAt} look="long" />
      </b>
    </Notice>
  );
}

function RequestForm({ data, refusal }: Pick<Props, 'data' | 'refusal'>) {
  const t = useText();
  return (
    <FormArea refusal={refusal} prefix="return">
      <input type="hidden" name="intent" value="request" />
      <RadioGroup name="reason" label={t('returns.field.reason')} options={data.reasons.map((reason) => ({ value: reason, label: reason }))} />
      <TextareaField name="note" label={t('returns.field.note')} hint={t('returns.field.note-hint')} maxLength={2000} optional required={false} />
      <p className="ui-quiet">{t('returns.request.promise', { count: data.decisionHours })}</p>
      <SubmitButton icon="return" pendingText={t('returns.request.pending')}>
        {t('returns.request.button')}
      </SubmitButton>
    </FormArea>
  );
}
