import { TextField, useText } from '@portico/ui';

/** Name and look-back of a lead type. */
export function TypeFields({ type }: { readonly type?: { readonly name: string; readonly lookBackDays: number } }) {
  const t = useText();
  return (
    <>
      <TextField name="name" label={t('leads.type.name')} defaultValue={type?.name ?? ''} maxLength={80} />
      <TextField
        name="lookBackDays"
        label={t('leads.type.look-back')}
        hint={t('leads.type.look-back.hint')}
        defaultValue={type?.lookBackDays ?? 30}
        inputMode="numeric"
        maxLength={4}
        after={t('leads.days')}
      />
    </>
  );
}
