import { demand, fresh, type Business } from '@portico/testing/browser';

/** A corner of a business that no other test touches: a lead type of its own, bought by the customer of its account admin. */
export interface LeadMarket {
  readonly business: Business;
  readonly type: { readonly id: string; readonly key: string; readonly name: string };
  readonly accountId: string;
  readonly billGroupId: string;
}

/** An order as the API answers it, as far as tests look at it. */
export interface Order {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly filled: boolean;
  readonly received: number;
  readonly remaining: number;
}

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

/** Makes the type, and finds the customer. `staff` is whose key makes it: a business of its own has only an owner. */
export async function openMarket(business: Business, staff: 'staff' | 'owner' = 'staff'): Promise<LeadMarket> {
  const me = await demand<{ roles: { accountId?: string }[] }>(business, '/api/v1/me', { key: 'account-admin' });
  return marketOf(business, me.roles[0]!.accountId!, staff);
}

/** A market for any customer. */
export async function marketOf(business: Business, accountId: string, staff: 'staff' | 'owner' = 'staff'): Promise<LeadMarket> {
  const account = await demand<{ billGroups: { id: string }[] }>(business, `/api/v1/accounts/${accountId}`, { key: staff });
  const mark = fresh();
  const [key, name] = [`gutters-${mark}`, `Gutters ${mark}`];
  const { id } = await demand<{ id: string }>(business, '/api/v1/leads/types', { key: staff, json: { key, name, lookBackDays: 30 } });
  return { business, type: { id, key, name }, accountId, billGroupId: account.billGroups[0]!.id };
}

/** An order for leads of the market's type; $20 each, since last week. */
export const openOrder = (
  { business, type, accountId, billGroupId }: LeadMarket,
  leads: number,
  more: Record<string, unknown> = {},
  key: 'staff' | 'owner' = 'staff',
): Promise<Order> =>
  demand<Order>(business, '/api/v1/leads/orders', {
    key,
    json: { accountId, billGroupId, typeId: type.id, counts: 'leads', leads, price: { amount: 2_000, currency: 'USD' }, startsOn: daysAgo(7), ...more },
  });

/** The order as it is now. */
export const readOrder = ({ business }: LeadMarket, id: string, key: 'staff' | 'owner' = 'staff'): Promise<Order> =>
  demand<Order>(business, `/api/v1/leads/orders/${id}`, { key });

/** A telephone number that nobody had before. */
export const freshPhone = (): string =>
  `+1${2 + Math.floor(Math.random() * 8)}${Math.floor(Math.random() * 1e9)
    .toString()
    .padStart(9, '0')}`;

/** A lead as a source posts it; nobody else has its name and number. */
export const newLead = ({ type }: LeadMarket, more: Record<string, unknown> = {}) => ({
  type: type.key,
  name: `Maren Okafor ${fresh()}`,
  phone: freshPhone(),
  town: 'Tigard',
  postalCode: '97223',
  ...more,
});

/** Posts a lead with the key of a source. Throws when it is refused. */
export const postLead = (
  market: LeadMarket,
  more: Record<string, unknown> = {},
  key: 'source' | 'owner' = 'source',
): Promise<{ id: string; outcome: string }> => demand(market.business, '/api/v1/leads', { key, json: newLead(market, more) });
