import type { Id, Instant } from '@portico/kit';
import { sql, type StepOutcome, type Tx } from '@portico/kit/server';
import { nextTry, type CollectionFacts } from '@portico/workflows/collection';
import { moneyText } from '../invoice/money-text.ts';
import { declineWords } from '../payment/decline-words.ts';
import type { Collection } from './collection.model.ts';
import { theCollection } from './the-collection.ts';

type Template = 'payment-failed' | 'card-refused' | 'payment-needs-you' | 'payment-reminder' | 'payment-given-up';

/** Tells the people of a customer in plain words what happened and what happens next; each kind of failure asks for what helps against it. */
export async function tellCustomer(tx: Tx, id: Id, facts: CollectionFacts): Promise<StepOutcome | undefined> {
  const outcome = await mailPeople(tx, id, facts, templateOf(facts));
  if (!facts.automatic) await endCollection(tx, id, 'left-to-customer');
  return outcome;
}

const templateOf = (facts: CollectionFacts): Template => {
  if (facts.state === 'needs-customer') return 'payment-needs-you';
  return nextTry(facts) ? 'payment-failed' : 'card-refused';
};

/** Three days before the end: what is still open, and what helps. */
export const remindCustomer = (tx: Tx, id: Id, facts: CollectionFacts): Promise<StepOutcome | undefined> => mailPeople(tx, id, facts, 'payment-reminder');

/** The last rule was applied: what that means. With it the collection is over; what is paid afterwards is paid. */
export async function tellEnd(tx: Tx, id: Id, facts: CollectionFacts): Promise<StepOutcome | undefined> {
  const outcome = await mailPeople(tx, id, facts, 'payment-given-up');
  await endCollection(tx, id, 'given-up');
  return outcome;
}

/** Closes the row; the case finds out at its next turn. */
export async function endCollection(tx: Tx, id: Id, because: Collection['ended_because']): Promise<void> {
  const row = await theCollection(tx, id);
  await row.$query(tx.sql).patch({ ended_at: tx.ctx.clock.now(), ended_because: because });
}

interface Told {
  readonly userId: Id;
  readonly number: number;
  readonly open_minor: number;
  readonly currency: string;
  readonly code: string | null;
}

async function mailPeople(tx: Tx, id: Id, facts: CollectionFacts, template: Template): Promise<StepOutcome | undefined> {
  const { ctx } = tx;
  const row = await theCollection(tx, id);
  const people = await tx.rows<Told>(sql`select m.user_id as "userId", i.number, i.open_minor, i.currency, t.decline_code as code from accounts.member_v1 m
    join portico.users u on u.tenant_id = ${ctx.tenant.id} and u.id = m.user_id and u.enabled and u.email is not null
    join billing.invoices i on i.tenant_id = ${ctx.tenant.id} and i.id = ${row.invoice_id}
    join billing.payment_attempts t on t.tenant_id = ${ctx.tenant.id} and t.id = ${row.attempt_id}
    where m.tenant_id = ${ctx.tenant.id} and m.account_id = ${row.account_id} and m.is_admin and m.enabled order by m.id limit 20`);
  for (const { userId, number, open_minor, currency, code } of people)
    await tx.mail(template, userId, {
      invoiceId: row.invoice_id,
      invoiceNumber: number,
      amount: moneyText(ctx, open_minor, currency),
      because: declineWords(ctx, code ?? 'other'),
      next: whatNext(tx, facts, template),
    });
  return people.length > 0 ? undefined : 'skipped';
}

/** What happens next, as one sentence or two: the next try, and what the last day brings. */
export function whatNext({ ctx }: Tx, facts: CollectionFacts, template: Template): string {
  if (template === 'payment-given-up') return ctx.text(`billing.collection.then.${facts.lastRule}`);
  if (!facts.automatic) return ctx.text('billing.collection.next.by-hand');
  const lastDay = ctx.text(`billing.collection.last-day.${facts.lastRule}`, { lastAt: facts.giveUpAt });
  return `${ctx.text(nextKey(facts), nextValues(facts))} ${lastDay}`;
}

function nextKey(facts: CollectionFacts): string {
  if (facts.state === 'needs-customer') return 'billing.collection.next.come';
  if (nextTry(facts)) return 'billing.collection.next.retry';
  return facts.mayCharge ? 'billing.collection.next.new-card' : 'billing.collection.next.by-hand';
}

const nextValues = (facts: CollectionFacts): { retryAt: Instant } | undefined => {
  const chance = nextTry(facts);
  return chance && { retryAt: chance.at };
};
