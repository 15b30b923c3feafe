import type { Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';

/** A card that a bill group keeps, as people know it. */
export interface CardView {
  readonly id: Id;
  readonly brand: string;
  readonly lastFour: string;
  readonly expiresMonth: number | null;
  readonly expiresYear: number | null;
  readonly isDefault: boolean;
}

/** The cards that a bill group keeps, the default first, then the newest; a bill group has a handful, the first fifty. */
export const cardsOf = (tx: Tx, billGroupId: Id): Promise<CardView[]> =>
  tx.rows(sql`select m.id, m.brand, m.last_four as "lastFour", m.expires_month as "expiresMonth", m.expires_year as "expiresYear",
      coalesce(t.default_method_id = m.id, false) as "isDefault"
    from billing.payment_methods m
    left join billing.bill_group_terms t on t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = m.bill_group_id
    where m.tenant_id = ${tx.ctx.tenant.id} and m.bill_group_id = ${billGroupId} and m.removed_at is null
    order by "isDefault" desc, m.added_at desc, m.id desc limit 50`);
