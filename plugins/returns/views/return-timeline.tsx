import { Card, DateTime, Timeline, type TimelineStep, type Translate, useText } from '@portico/ui';
import type { ProcessTimeline } from '@portico/kit/server';
import type { ReturnRow } from '../lead-return.queries.ts';

interface Followed {
  readonly asked: ReturnRow;
  readonly timeline: ProcessTimeline;
  /** Staff read "the customer" where a customer reads "you". */
  readonly forStaff?: boolean;
}

/** What a return's timeline is called: while it waits, it is about what comes. */
export const timelineTitle = (t: Translate, { status }: Pick<ReturnRow, 'status'>): string =>
  t(status === 'pending' ? 'returns.timeline.next' : 'returns.timeline.past');

/** The timeline in a card of its own. */
export function TimelineCard(followed: Followed) {
  return (
    <Card title={timelineTitle(useText(), followed.asked)}>
      <ReturnTimeline {...followed} />
    </Card>
  );
}

/** What happened with a return, what is waited for, and all that remains if nobody does anything (S3). */
export function ReturnTimeline({ asked, timeline, forStaff }: Followed) {
  const t = useText();
  const say: Say = (step) => (forStaff && ABOUT_CUSTOMER.includes(step.key) ? t(step.text.replace('returns.approval.', 'returns.staff.')) : t(step.text));
  // until plugins were asked, nobody is waited for
  const isWaiting = asked.status === 'pending' && !timeline.planned.some(({ key }) => key === 'ask-plugins');
  const waiting = {
    text: t('returns.timeline.waiting'),
    note: (
      <>
        {t('returns.timeline.decision-by')} <DateTime at={asked.decideBy} />
      </>
    ),
  };
  return (
    <Timeline
      past={pastOf(t, say, asked, timeline)}
      now={isWaiting ? waiting : undefined}
      planned={timeline.planned.map((step) => ({ key: step.key, at: step.at, text: plannedText(t, say, step, asked), note: noteOf(t, step, asked) }))}
    />
  );
}

const ABOUT_CUSTOMER = ['confirm-to-customer', 'tell-customer'];
type Say = (step: { readonly key: string; readonly text: string }) => string;
type Past = TimelineStep & { readonly at: string };

/** The rows' own instants and the steps taken, as one story. */
function pastOf(t: Translate, say: Say, asked: ReturnRow, timeline: ProcessTimeline): readonly Past[] {
  const story: Past[] = [
    { key: 'delivered', at: asked.deliveredAt, text: t('returns.timeline.delivered') },
    { key: 'requested', at: asked.requestedAt, text: t('returns.timeline.requested', { reason: asked.reason }), by: asked.requestedByName },
    ...timeline.past.map((step): Past => ({ key: step.key, at: step.at, text: say(step), note: noteOf(t, step, asked) })),
  ];
  if (asked.decidedAt && asked.decidedBy !== 'deadline')
    story.push({
      key: 'decided',
      at: asked.decidedAt,
      text: t(`returns.timeline.${asked.status}`),
      by: t(`returns.by.${asked.decidedBy}`),
      note: asked.because ?? undefined,
    });
  if (asked.withdrawnAt) story.push({ key: 'withdrawn', at: asked.withdrawnAt, text: t('returns.timeline.withdrawn') });
  return story
    .map((step, place) => ({ step, place }))
    .sort((a, b) => (a.step.at === b.step.at ? orderOf(a) - orderOf(b) : a.step.at < b.step.at ? -1 : 1))
    .map(({ step }) => step);
}

/** At one instant: what was done before, then the decision, then what follows from it. */
const AFTER_DECISION = ['book-outcome', 'tell-customer'];
const orderOf = ({ step, place }: { readonly step: Past; readonly place: number }): number =>
  step.key === 'decided' ? 100 : AFTER_DECISION.includes(step.key ?? '') ? 200 + place : place;

const plannedText = (t: Translate, say: Say, step: { key: string; text: string }, asked: ReturnRow): string =>
  step.key === 'apply-deadline-rule' ? t(`returns.timeline.rule-${asked.atDeadline}`) : say(step);

function noteOf(t: Translate, step: { key: string }, asked: ReturnRow): string | undefined {
  if (step.key === 'book-outcome') return t('returns.timeline.room', { order: asked.orderNumber });
  if (step.key === 'apply-deadline-rule' && asked.status !== 'pending') return t(`returns.status.${asked.status}`);
  return undefined;
}
