import { Anchor, DateTime, type Fact, Facts, useText } from '@portico/ui';
import type { ReturnRow } from '../lead-return.queries.ts';
import { ReturnedText, ReturnStatusChip } from './return-chip.tsx';

/** What a return says of itself: the four of, the promise, and the answer. `leadHref` leads to the lead, if this is not its page. */
export function ReturnFacts({ asked, leadHref }: { readonly asked: ReturnRow; readonly leadHref?: string }) {
  const t = useText();
  const facts: (Fact | false)[] = [
    leadHref !== undefined && { label: t('returns.column.lead'), value: <Anchor href={leadHref}>{asked.leadName}</Anchor> },
    { label: t('returns.column.status'), value: <ReturnedText status={asked.status} /> },
    { label: t('returns.column.return-status'), value: <ReturnStatusChip status={asked.status} /> },
    { label: t('returns.column.return-date'), value: <DateTime at={asked.requestedAt} look="long" /> },
    { label: t('returns.column.return-reason'), value: asked.reason },
    asked.note !== '' && { label: t('returns.field.note'), value: asked.note },
    asked.status === 'pending' && { label: t('returns.column.decide-by'), value: <DateTime at={asked.decideBy} look="long" /> },
    asked.decidedAt !== null && { label: t('returns.fact.decided-at'), value: <DateTime at={asked.decidedAt} look="long" /> },
    asked.because !== null && asked.because !== '' && { label: t('returns.fact.because'), value: asked.because },
  ];
  return <Facts facts={facts.filter((fact): fact is Fact => fact !== false)} />;
}
