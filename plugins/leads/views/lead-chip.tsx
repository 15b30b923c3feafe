import { Chip, type Tone, useText } from '@portico/ui';

/** What a chip needs of a lead. */
export interface LeadStanding {
  readonly status: 'new' | 'contacted' | 'appointment' | 'won' | 'lost';
  readonly returnState: 'pending' | 'approved' | 'denied' | null;
}

const STATUS_TONES: Readonly<Record<LeadStanding['status'], Tone>> = { new: 'neutral', contacted: 'info', appointment: 'good', won: 'good', lost: 'bad' };
const RETURN_TONES: Readonly<Record<NonNullable<LeadStanding['returnState']>, Tone>> = { pending: 'wait', approved: 'good', denied: 'bad' };

/** How far the work on a lead has come; a return says more than that. */
export function LeadChip({ lead: { status, returnState } }: { readonly lead: LeadStanding }) {
  const t = useText();
  if (returnState) return <Chip tone={RETURN_TONES[returnState]}>{t(`leads.return.${returnState}`)}</Chip>;
  return <Chip tone={STATUS_TONES[status]}>{t(`leads.status.${status}`)}</Chip>;
}

/** A mark beside the name of a lead that nobody has worked with. */
export const NewBadge = ({ lead }: { readonly lead: LeadStanding }) => {
  const t = useText();
  return lead.status === 'new' && !lead.returnState ? <Chip tone="new">{t('leads.new')}</Chip> : null;
};
