import type { Id } from '@portico/kit';

/** A postal code or prefix as places are compared: upper case, letters and digits only. */
export const placeKey = (postalCode: string): string => postalCode.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');

/** An open order that has room, as routing sees it. */
export interface OpenOrder {
  readonly id: Id;
  readonly lead_type_id: Id;
  readonly account_id: Id;
  readonly bill_group_id: Id;
  /** Prefixes as `placeKey` writes them; none: everywhere. */
  readonly places: readonly string[];
  /** How many more leads fit. */
  readonly room: number;
  readonly price_minor: number;
  readonly currency: string;
  /** The plan that it comes of: its leads stand in the call queue. */
  readonly subscription_id?: Id | null;
  readonly plan_id?: Id | null;
}

/** What routing needs to know of a lead. */
export interface RoutableLead {
  readonly typeId: Id;
  readonly postalCode: string;
}

/** Whether an order wants leads from a place. */
export const wantsPlace = (order: Pick<OpenOrder, 'places'>, postalCode: string): boolean =>
  order.places.length === 0 || order.places.some((prefix) => placeKey(postalCode).startsWith(prefix));

/**
 * One order for each lead, or none: the first in `orders` that wants its type and place and has room left after those
 * before it. The caller gives the orders by oldest start date, then smallest id (issue: S2), and has them locked.
 */
export function routeLeads(leads: readonly RoutableLead[], orders: readonly OpenOrder[]): (OpenOrder | undefined)[] {
  const room = new Map(orders.map((order) => [order.id, order.room]));
  return leads.map((lead) => {
    const order = orders.find((order) => order.lead_type_id === lead.typeId && room.get(order.id)! > 0 && wantsPlace(order, lead.postalCode));
    if (order) room.set(order.id, room.get(order.id)! - 1);
    return order;
  });
}
