import { Chip, type Tone, useText } from '@portico/ui';
import type { ReturnStatus } from '../lead-return.model.ts';

const TONES: Readonly<Record<ReturnStatus, Tone>> = { pending: 'wait', approved: 'good', denied: 'bad', withdrawn: 'neutral' };

/** Approved, Denied, Pending, or Withdrawn. */
export const ReturnChip = ({ status }: { readonly status: ReturnStatus }) => <Chip tone={TONES[status]}>{useText()(`returns.status.${status}`)}</Chip>;
