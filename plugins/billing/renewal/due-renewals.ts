import { dayOf, daysAfter, type Id, type Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { lineOf, pastDueFrom, totalOf, type Buyer, type InvoiceLine } from '../invoice/invoice.model.ts';
import { MOST_MINOR } from '../plan/plan-input.ts';
import type { BillingSettings } from '../plugin.ts';
import { periodAt, renewalAt, type PeriodDays, type Rhythm } from '../subscription/billing-calendar.ts';

/** A subscription whose next period is due, with all that its invoice needs. */
interface DueRow extends Rhythm {
  readonly id: Id;
  readonly account_id: Id;
  readonly bill_group_id: Id;
  readonly currency: string;
  readonly periods: number;
  readonly renews_at: Instant;
  readonly buyer: Buyer;
  readonly items: readonly { readonly description: string; readonly quantity: number; readonly unit: number }[];
  /** Periods that were opened in the last day: the bound of a plan that would bill again and again. */
  readonly lately: number;
  readonly method_id: Id | null;
  readonly gateway_method: string | null;
  readonly described: string | null;
}

/** A period that is billed now. */
export interface DuePeriod {
  readonly subscriptionId: Id;
  readonly accountId: Id;
  readonly billGroupId: Id;
  readonly currency: string;
  readonly period: PeriodDays & { readonly id: Id };
  readonly next: { readonly renews_on: string; readonly renews_at: Instant };
  readonly invoice: {
    readonly id: Id;
    readonly lines: readonly InvoiceLine[];
    readonly total: number;
    readonly buyer: Buyer;
    readonly issuedOn: string;
    readonly dueOn: string;
    readonly dueAt: Instant;
  };
  /** It should have been billed a day or more before: after an outage. */
  readonly isLate: boolean;
  /** The card that is charged without asking; none: the customer is asked to pay. */
  readonly card: { readonly methodId: Id; readonly gatewayMethod: string; readonly described: string } | null;
}

/** A subscription that is not billed, and why staff must look at it. */
export interface Stopped {
  readonly id: Id;
  readonly because: 'no-price' | 'too-many-periods';
}

/** Subscriptions whose next period is due, the longest waiting first; locked, so that two workers never take the same. */
export const lockDue = (tx: Tx, most: number): Promise<DueRow[]> => {
  const { tenant, clock } = tx.ctx;
  const now = clock.now();
  return tx.rows<DueRow>(sql`
    with due as materialized (
      select * from billing.subscriptions s where s.tenant_id = ${tenant.id} and s.state = 'active' and s.attention is null and s.renews_at <= ${now}::timestamptz
      order by s.renews_at, s.id limit ${most} for update skip locked)
    select s.id, s.account_id, s.bill_group_id, s.currency, s.interval_unit, s.interval_count, s.anchor_on, s.zone, s.periods, s.renews_at,
      jsonb_build_object('number', a.number, 'name', a.name, 'billGroup', g.name) as buyer,
      coalesce((select jsonb_agg(jsonb_build_object('description', i.description, 'quantity', i.quantity, 'unit', i.unit_minor) order by i.position)
        from billing.subscription_items i where i.tenant_id = ${tenant.id} and i.subscription_id = s.id), '[]') as items,
      (select count(*)::int from billing.billing_periods b where b.tenant_id = ${tenant.id} and b.subscription_id = s.id
        and b.opened_at > ${now}::timestamptz - interval '1 day') as lately,
      m.id as method_id, m.gateway_method, m.brand || ' ' || m.last_four as described
    from due s
    join accounts.account_v1 a on a.tenant_id = ${tenant.id} and a.id = s.account_id
    join accounts.bill_group_v1 g on g.tenant_id = ${tenant.id} and g.id = s.bill_group_id
    left join billing.bill_group_terms t on t.tenant_id = ${tenant.id} and t.bill_group_id = s.bill_group_id and t.auto_pay
    left join billing.payment_methods m on m.tenant_id = ${tenant.id} and m.id = t.default_method_id and m.removed_at is null
    order by s.renews_at, s.id`);
};

/** What is billed of the due rows, and what is stopped: each row's fault is its own. */
export function periodsOf(tx: Tx, rows: readonly DueRow[]): { readonly due: readonly DuePeriod[]; readonly stopped: readonly Stopped[] } {
  const { dueDays, chargesPerDay } = tx.ctx.settings<BillingSettings>();
  const due: DuePeriod[] = [];
  const stopped: Stopped[] = [];
  const days = daysOf(tx, dueDays);
  for (const row of rows) {
    const period = duePeriod(tx, row, days);
    if (row.items.length === 0 || period.invoice.total > MOST_MINOR) stopped.push({ id: row.id, because: 'no-price' });
    else if (row.lately >= chargesPerDay) stopped.push({ id: row.id, because: 'too-many-periods' });
    else due.push(period);
  }
  return { due, stopped };
}

interface Days {
  readonly now: Instant;
  readonly issuedOn: string;
  readonly dueOn: string;
  readonly dueAt: Instant;
  readonly yesterday: string;
  readonly calendar: (rhythm: Rhythm, n: number) => { readonly days: PeriodDays; readonly next: ReturnType<typeof renewalAt> };
}

function daysOf({ ctx }: Tx, dueDays: number): Days {
  const now = ctx.clock.now();
  const issuedOn = dayOf(now, ctx.tenant.zone);
  const dueOn = daysAfter(issuedOn, dueDays);
  return { now, issuedOn, dueOn, dueAt: pastDueFrom(dueOn, ctx.tenant.zone), yesterday: daysAfter(issuedOn, -1), calendar: calendarOfBatch() };
}

// those that fall due together mostly began together: their days are counted once
function calendarOfBatch(): Days['calendar'] {
  const known = new Map<string, ReturnType<Days['calendar']>>();
  return (rhythm, n) => {
    const key = [rhythm.anchor_on, rhythm.interval_unit, rhythm.interval_count, rhythm.zone, n].join(' ');
    const days = known.get(key) ?? { days: periodAt(rhythm, n), next: renewalAt(rhythm, n + 1) };
    known.set(key, days);
    return days;
  };
}

function duePeriod({ ctx }: Tx, row: DueRow, { issuedOn, dueOn, dueAt, yesterday, calendar }: Days): DuePeriod {
  const { days, next } = calendar(row, row.periods);
  const lines = row.items.map(({ description, quantity, unit }) =>
    lineOf(description, quantity, unit, { from: days.startsOn, to: daysAfter(days.endsOn, -1) }),
  );
  return {
    subscriptionId: row.id,
    accountId: row.account_id,
    billGroupId: row.bill_group_id,
    currency: row.currency,
    period: { ...days, id: ctx.newId() },
    next,
    invoice: { id: ctx.newId(), lines, total: totalOf(lines), buyer: row.buyer, issuedOn, dueOn, dueAt },
    isLate: days.startsOn <= yesterday,
    card: row.method_id ? { methodId: row.method_id, gatewayMethod: row.gateway_method!, described: row.described! } : null,
  };
}
