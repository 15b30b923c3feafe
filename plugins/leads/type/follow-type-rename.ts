import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import { sortKey } from '../lead/sort-keys.ts';
import { lockOrderBook } from '../order/order-book.ts';

/** So many leads in one transaction: ingest waits no longer than that takes. */
const AT_ONCE = 5_000;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * A lead type has another name: lists that are sorted by type go by the new one. The name is read with each batch, so that
 * an older event changes nothing; the order book is locked, so that no lead that is just taken in keeps the name before.
 */
export async function followTypeRename(ctx: Ctx, { typeId }: { readonly typeId: Id }): Promise<void> {
  let after: Id | undefined = FIRST;
  while (after) after = await sortSome(ctx, typeId, after);
}

/** Answers the last lead that was looked at; undefined when there are no more. */
const sortSome = (ctx: Ctx, typeId: Id, after: Id): Promise<Id | undefined> =>
  ctx.inTenant(async (tx) => {
    await lockOrderBook(tx);
    const tenant = ctx.tenant.id;
    const type = await tx.row<{ name: string }>(sql`select name from leads.lead_types where tenant_id = ${tenant} and id = ${typeId}`);
    if (!type) return undefined;
    const found = await tx.row<{ last: Id | null }>(sql`
      with batch as (select id from leads.leads where tenant_id = ${tenant} and id > ${after} order by id limit ${AT_ONCE}),
        sorted as (update leads.leads l set type_key = ${sortKey(type.name)} from batch
          where l.tenant_id = ${tenant} and l.id = batch.id and l.lead_type_id = ${typeId} and l.type_key <> ${sortKey(type.name)})
      select id as last from batch order by id desc limit 1`);
    return found?.last ?? undefined;
  });
