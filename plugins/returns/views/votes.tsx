import { Chip, Row, type Tone, useText } from '@portico/ui';
import type { Vote } from '@portico/kit/server';
import type { ReturnVerdict } from '../lead-return.model.ts';

const TONES: Readonly<Record<ReturnVerdict['answer'], Tone>> = { approve: 'good', deny: 'bad', review: 'wait' };

/** What plugins answered: who abstained is left out, who failed is named as such. */
export function Votes({ votes }: { readonly votes: readonly Vote<ReturnVerdict>[] }) {
  const t = useText();
  const heard = votes.filter(({ answer }) => answer.kind !== 'abstained');
  if (votes.length === 0) return <>{t('returns.votes.not-yet')}</>;
  if (heard.length === 0) return <>{t('returns.votes.none')}</>;
  return (
    <Row>
      {heard.map(({ pluginId, answer }) =>
        answer.kind === 'voted' ? (
          <Chip key={pluginId} tone={TONES[answer.verdict.answer]}>
            {t(`returns.votes.${answer.verdict.answer}`, { because: answer.verdict.because })}
          </Chip>
        ) : (
          <Chip key={pluginId} tone="neutral">
            {t('returns.votes.failed')}
          </Chip>
        ),
      )}
    </Row>
  );
}
