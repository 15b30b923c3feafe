import { dayOf, daysAfter, type Id } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import type { Amount } from '../plan/plan.queries.ts';
import { AGES, type Age } from './ages.ts';

/** What a customer owes today in one currency, by age: the invoices that are Sent, as the outstanding balance counts them. */
export async function ageingOf(tx: Tx, accountId: Id, currency: string): Promise<Readonly<Record<Age, Amount>>> {
  const { tenant, clock } = tx.ctx;
  const today = dayOf(clock.now(), tenant.zone);
  // past due from the day after the due day
  const since = (days: number) => sql`${daysAfter(today, -days)}::date`;
  const row = await tx.row<Record<Age, number>>(sql`select coalesce(sum(open_minor) filter (where due_on >= ${since(0)}), 0)::bigint as current,
      coalesce(sum(open_minor) filter (where due_on < ${since(0)} and due_on >= ${since(30)}), 0)::bigint as "to-30",
      coalesce(sum(open_minor) filter (where due_on < ${since(30)} and due_on >= ${since(60)}), 0)::bigint as "to-60",
      coalesce(sum(open_minor) filter (where due_on < ${since(60)} and due_on >= ${since(90)}), 0)::bigint as "to-90",
      coalesce(sum(open_minor) filter (where due_on < ${since(90)}), 0)::bigint as older
    from billing.invoices where tenant_id = ${tenant.id} and account_id = ${accountId} and currency = ${currency} and sent_at is not null and state = 'issued'`);
  return Object.fromEntries(AGES.map((age) => [age, { amount: row?.[age] ?? 0, currency }])) as Record<Age, Amount>;
}
