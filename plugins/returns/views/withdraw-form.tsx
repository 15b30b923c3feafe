import type { ReactNode } from 'react';
import { FormArea, SubmitButton, useText } from '@portico/ui';

/** One button that takes a pending return back. `children`: hidden fields that tell the host which part of the page it belongs to. */
export function WithdrawForm({ children }: { readonly children?: ReactNode }) {
  const t = useText();
  return (
    <FormArea>
      {children}
      <input type="hidden" name="intent" value="withdraw" />
      <p className="ui-quiet">{t('returns.withdraw.hint')}</p>
      <SubmitButton look="plain" icon="undo" pendingText={t('returns.withdraw.pending')}>
        {t('returns.withdraw.button')}
      </SubmitButton>
    </FormArea>
  );
}
