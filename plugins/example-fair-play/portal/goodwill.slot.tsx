import type { SlotProps } from '@portico/kit/page';
import { FormArea, Stack, SubmitButton, TextareaField, Timeline, useText } from '@portico/ui';
import type { load } from './goodwill.server.ts';

/** The notes of one lead, and a form for the next one. */
export default function Goodwill({ data: { notes }, refusal }: SlotProps<{ leadId: string }, typeof load>) {
  const t = useText();
  return (
    <Stack>
      {notes.length === 0 ? (
        <p className="ui-quiet">{t('example-fair-play.none-yet')}</p>
      ) : (
        <Timeline past={[...notes].reverse().map((note) => ({ key: note.id, text: note.text, at: note.writtenAt, by: note.writtenByName }))} />
      )}
      <FormArea refusal={refusal} prefix="goodwill">
        <TextareaField name="text" label={t('example-fair-play.note')} hint={t('example-fair-play.note-hint')} rows={3} maxLength={1000} />
        <SubmitButton pendingText={t('example-fair-play.saving')}>{t('example-fair-play.save')}</SubmitButton>
      </FormArea>
    </Stack>
  );
}
