import { Chip, useText } from '@portico/ui';
import type { QueueEntryView } from '../queue/queue-list.queries.ts';

const TONES = { queued: 'info', called: 'good', held: 'wait', withdrawn: 'neutral' } as const;

/** Where an entry of the call queue stands, in a word. */
export function QueueChip({ entry }: { readonly entry: Pick<QueueEntryView, 'state'> }) {
  const t = useText();
  return <Chip tone={TONES[entry.state]}>{t(`leads.queue.${entry.state}`)}</Chip>;
}

/** Why it stands there: what came of the call, or why it is not called. */
export function useQueueReason() {
  const t = useText();
  return ({ state, result, note, returned }: Pick<QueueEntryView, 'state' | 'result' | 'note' | 'returned'>): string => {
    if (result) return [t(`leads.queue.result.${result}`), note].filter(Boolean).join(' · ');
    if (state === 'held') return t('leads.queue.because.held');
    if (state === 'withdrawn') return t(returned ? 'leads.queue.because.returned' : 'leads.queue.because.cancelled');
    return '';
  };
}
