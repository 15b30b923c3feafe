import { FormArea, SubmitButton, useText } from '@portico/ui';

/** One button that takes a pending return back. */
export function WithdrawForm() {
  const t = useText();
  return (
    <FormArea>
      <input type="hidden" name="intent" value="withdraw" />
      <p className="ui-quiet">{t('returns.withdraw.hint')}</p>
      <SubmitButton look="plain" icon="undo" pendingText={t('returns.withdraw.pending')}>
        {t('returns.withdraw.button')}
      </SubmitButton>
    </FormArea>
  );
}
