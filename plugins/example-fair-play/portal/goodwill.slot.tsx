import type { SlotProps } from '@portico/kit/page';
import { GoodwillTab } from '../goodwill-tab.tsx';
import type { load } from './goodwill.server.ts';

/** The tab Goodwill of a lead, for the customer. */
export default function Goodwill({ data, refusal }: SlotProps<{ leadId: string }, typeof load>) {
  return <GoodwillTab notes={data.notes} refusal={refusal} />;
}
