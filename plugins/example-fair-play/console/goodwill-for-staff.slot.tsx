import type { SlotProps } from '@portico/kit/page';
import { GoodwillTab } from '../goodwill-tab.tsx';
import type { load } from './goodwill-for-staff.server.ts';

/** The tab Goodwill of a lead, for staff. */
export default function GoodwillForStaff({ data, refusal }: SlotProps<{ leadId: string }, typeof load>) {
  return <GoodwillTab notes={data.notes} refusal={refusal} />;
}
