import type { Id } from '@portico/kit';
import { emptySql, listQuery, sql, walkList, type ListPlace, type Tx, type WalkedPage } from '@portico/kit/server';
import { z } from 'zod';

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

/** Whether the default card of a bill group is charged without asking. */
export async function isAutoPayOn(tx: Tx, billGroupId: Id): Promise<boolean> {
  const row = await tx.row<{ auto_pay: boolean }>(
    sql`select auto_pay from billing.bill_group_terms where tenant_id = ${tx.ctx.tenant.id} and bill_group_id = ${billGroupId}`,
  );
  return row?.auto_pay ?? false;
}

/** What a list of cards can be asked for. */
export const ListCards = listQuery(['-added', 'added']).extend({ billGroupId: z.uuid().optional() });
export type ListCards = z.output<typeof ListCards>;

type Row = CardView & { readonly sort_key: string };

/** The cards that the actor may see, the newest first unless asked otherwise. Throws InvalidInput at `cursor` or `before`. */
export async function listCards(tx: Tx, query: ListPlace & Pick<ListCards, 'billGroupId'>): Promise<WalkedPage<CardView>> {
  const { tenant } = tx.ctx;
  const keyset = walkList<Row>({ key: sql`m.added_at`, type: 'timestamptz' }, sql`m.id`, query);
  const found =
    await tx.rows<Row>(sql`select m.id, m.brand, m.last_four as "lastFour", m.expires_month as "expiresMonth", m.expires_year as "expiresYear", m.added_at as sort_key,
      coalesce(t.default_method_id = m.id, false) as "isDefault"
    from billing.payment_methods m
    left join billing.bill_group_terms t on t.tenant_id = ${tenant.id} and t.bill_group_id = m.bill_group_id
    where m.tenant_id = ${tenant.id} and ${tx.ctx.visible('read', 'BillingTerms', 'm')} ${query.billGroupId ? sql`and m.bill_group_id = ${query.billGroupId}` : emptySql}
      and m.removed_at is null and ${keyset.where} ${keyset.orderAndLimit}`);
  const { rows, nextCursor, previousCursor } = keyset.page(found);
  return { data: rows.map(({ sort_key: _, ...card }) => card), nextCursor, previousCursor };
}
