import { dayOf, type Id } from '@portico/kit';
import { sql, type Ctx, type DemoStory, type Tx } from '@portico/kit/server';
import type { Buyer } from '../invoice/invoice.model.ts';
import { askToCancel, foreseeCancellation } from '../cancellation/ask-to-cancel.ts';
import { creditInvoice } from '../invoice/credit-invoice.ts';
import { issueInvoice } from '../invoice/issue-invoice.ts';
import { voidInvoice } from '../invoice/void-invoice.ts';
import { writeOffInvoice } from '../invoice/write-off-invoice.ts';
import { WriteInvoice, writeInvoice } from '../invoice/write-invoice.ts';
import { paymentGateway } from '../api.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import { RecordPayment } from '../payment/pay-input.ts';
import { recordPayment } from '../payment/record-payment.ts';
import { addCard, beginCard } from '../terms/add-card.ts';
import { switchAutoPay } from '../terms/switch-auto-pay.ts';
import { tellHistory, type DemoBuyer } from './demo-history.ts';
import { tellPlans } from './demo-plans.ts';

/** Months of a business that bills: plans, subscriptions with every period since, invoices in every state. */
export async function tellDemo(ctx: Ctx, story: DemoStory): Promise<void> {
  const plans = await tellPlans(ctx, story);
  const buyers = await ctx.inTenant((tx) => demoBuyers(tx));
  const [pays, declines] = buyers.slice(AUTO_PAY_FROM);
  await tellHistory(ctx, story, buyers, plans, declines);
  await tellSingles(ctx, buyers);
  await tellCancellation(ctx);
  if (pays) await tellAutoPay(ctx, pays, false);
  if (declines) await tellAutoPay(ctx, declines, true);
}

/** The first customers are those that a visitor signs in as: their cards are theirs to add. */
const AUTO_PAY_FROM = 6;

/**
 * A customer whose card is charged without asking; or one whose card will be declined, at the renewal that is due, so that
 * failed charges have something to show. Where no demonstration card can be kept, nothing.
 */
async function tellAutoPay(ctx: Ctx, { billGroupId }: DemoBuyer, declines: boolean): Promise<void> {
  const gateway = (await cardFormOf(ctx)) ? ctx.provider(paymentGateway) : undefined;
  if (!gateway?.demoSetUp) return;
  const { clientSecret } = await beginCard(ctx, billGroupId);
  const card = await gateway.demoSetUp(clientSecret, declines);
  if (!card) return;
  await addCard(ctx, { billGroupId, card });
  await switchAutoPay(ctx, { billGroupId, autoPay: true });
}

async function demoBuyers(tx: Tx): Promise<readonly DemoBuyer[]> {
  const rows = await tx.rows<{ accountId: string; billGroupId: string } & Buyer>(sql`
    select distinct on (a.number) a.id as "accountId", g.id as "billGroupId", a.number, a.name, g.name as "billGroup" from accounts.account_v1 a
    join accounts.bill_group_v1 g on g.tenant_id = ${tx.ctx.tenant.id} and g.account_id = a.id
    where a.tenant_id = ${tx.ctx.tenant.id} order by a.number, g.id`);
  return rows.map(({ accountId, billGroupId, ...buyer }) => ({ accountId, billGroupId, buyer }));
}

/**
 * Invoices by hand, through the use cases: a draft, one that is not Sent, a void one, one that is paid in part, one paid too
 * much, one that was lowered by a credit note, one that nobody expects any more.
 */
async function tellSingles(ctx: Ctx, buyers: readonly DemoBuyer[]): Promise<void> {
  const { currency, zone } = ctx.tenant;
  const today = dayOf(ctx.clock.now(), zone);
  const write = ({ accountId, billGroupId }: DemoBuyer, description: string, amount: number) =>
    writeInvoice(ctx, WriteInvoice.parse({ accountId, billGroupId, lines: [{ description, quantity: 1, price: { amount, currency } }] }));
  const pay = ({ billGroupId }: DemoBuyer, invoiceId: string, amount: number) =>
    recordPayment(ctx, RecordPayment.parse({ billGroupId, amount: { amount, currency }, road: 'transfer', receivedOn: today, invoiceIds: [invoiceId] }));
  const [first, second, third] = buyers as [DemoBuyer, DemoBuyer, DemoBuyer];
  await write(first, ctx.text('billing.demo.set-up'), 25_000);
  await issueInvoice(ctx, await write(first, ctx.text('billing.demo.training'), 18_000), { send: false });
  const wrong = await write(second, ctx.text('billing.demo.set-up'), 25_000);
  await issueInvoice(ctx, wrong, { send: true });
  await voidInvoice(ctx, wrong, ctx.text('billing.demo.twice'));
  const part = await write(first, ctx.text('billing.demo.training'), 30_000);
  await issueInvoice(ctx, part, { send: true });
  await pay(first, part, 10_000);
  const over = await write(third, ctx.text('billing.demo.set-up'), 25_000);
  await issueInvoice(ctx, over, { send: true });
  await pay(third, over, 26_000);
  const credited = await write(second, ctx.text('billing.demo.training'), 30_000);
  await issueInvoice(ctx, credited, { send: true });
  await creditInvoice(ctx, credited, { amount: { amount: 12_000, currency }, reason: ctx.text('billing.demo.shorter') });
  const lost = await write(third, ctx.text('billing.demo.training'), 18_000);
  await issueInvoice(ctx, lost, { send: true });
  await writeOffInvoice(ctx, lost, ctx.text('billing.demo.closed'));
}

/** The newest subscription ends with its period: its page and the customer's show what is under way. */
async function tellCancellation(ctx: Ctx): Promise<void> {
  const row = await ctx.inTenant((tx) =>
    tx.row<{ id: Id }>(sql`select id from billing.subscriptions where tenant_id = ${ctx.tenant.id} and state = 'active' order by number desc limit 1`),
  );
  if (!row) return;
  const { token } = await foreseeCancellation(ctx, row.id, 'period-end');
  await askToCancel(ctx, row.id, { token, when: 'period-end', reason: ctx.text('billing.demo.in-house') });
}
