import { Chip, type Tone, useText } from '@portico/ui';
import type { ReturnStatus } from '../lead-return.model.ts';
import { isReturned, returnStatusOf } from '../return-status.ts';

const TONES: Readonly<Record<ReturnStatus, Tone>> = { pending: 'wait', approved: 'good', denied: 'bad', withdrawn: 'neutral' };

/** How a return stands: Approved, Denied, Pending, or withdrawn by the customer. */
export const ReturnChip = ({ status }: { readonly status: ReturnStatus }) => <Chip tone={TONES[status]}>{useText()(`returns.status.${status}`)}</Chip>;

/** Return Status: Approved, Denied or Pending; nothing for a return that was withdrawn. */
export const ReturnStatusChip = ({ status }: { readonly status: ReturnStatus }) => {
  const shown = returnStatusOf(status);
  return shown ? <ReturnChip status={shown} /> : <>–</>;
};

/** Status: whether the lead is returned or not; where it was withdrawn, that too. */
export function ReturnedText({ status }: { readonly status: ReturnStatus }) {
  const t = useText();
  return (
    <>
      {t(isReturned(status) ? 'returns.returned.yes' : 'returns.returned.no')}
      {status === 'withdrawn' && <small className="ui-quiet"> · {t('returns.returned.withdrawn')}</small>}
    </>
  );
}
