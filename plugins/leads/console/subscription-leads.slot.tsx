import type { SlotProps } from '@portico/kit/page';
import { PeriodLeadsCard } from '../views/period-leads.tsx';
import type { load } from './subscription-leads.server.ts';

/** On the page of a subscription: what was used of the leads that it includes. */
export default function SubscriptionLeads({ data: { used } }: SlotProps<{ subscriptionId: string; planId: string }, typeof load>) {
  return <PeriodLeadsCard used={used} orderHref={(orderId) => `/console/leads/orders/${orderId}`} />;
}
