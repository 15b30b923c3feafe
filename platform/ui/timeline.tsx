import type { ReactNode } from 'react';
import { Hidden } from './card.tsx';
import type { When } from './format.ts';
import { useText } from './text.tsx';
import { DateTime } from './values.tsx';

/** One step: what happens, when, and what follows from it. */
export interface TimelineStep {
  readonly key?: string;
  readonly text: ReactNode;
  /** Absent: no time is known or needed. */
  readonly at?: When;
  /** Consequence or detail: "order 1007 gets one lead back". */
  readonly note?: ReactNode;
  /** Who did it, when that is not in the text. */
  readonly by?: string;
}

export interface TimelineProps {
  /** Oldest first. */
  readonly past: readonly TimelineStep[];
  /** What is being waited for. */
  readonly now?: TimelineStep;
  /** In the order in which it will happen. */
  readonly planned?: readonly TimelineStep[];
}

/** What happened (solid), what is waited for (bright), what will happen (dashed). Put it into a `Card` with a title. */
export function Timeline({ past, now, planned = [] }: TimelineProps) {
  const t = useText();
  return (
    <ol className="ui-timeline">
      {past.map((step, index) => (
        <Step key={step.key ?? `past ${index}`} step={step} kind="past" says={t('ui.timeline.past')} />
      ))}
      {now && <Step step={now} kind="now" says={t('ui.timeline.now')} />}
      {planned.map((step, index) => (
        <Step key={step.key ?? `planned ${index}`} step={step} kind="planned" says={t('ui.timeline.planned')} />
      ))}
    </ol>
  );
}

function Step({ step, kind, says }: { readonly step: TimelineStep; readonly kind: 'past' | 'now' | 'planned'; readonly says: string }) {
  const hasDetail = step.at || step.by || step.note;
  return (
    <li className={`ui-timeline-${kind}`} aria-current={kind === 'now' ? 'step' : undefined}>
      <Hidden>{says}</Hidden>
      <p className="ui-timeline-text">{step.text}</p>
      {hasDetail && (
        <p className="ui-timeline-note">
          {step.at && <DateTime at={step.at} />}
          {step.at && (step.by || step.note) && ' · '}
          {step.by}
          {step.by && step.note && ' · '}
          {step.note}
        </p>
      )}
    </li>
  );
}
