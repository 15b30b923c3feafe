import { isId, readInput } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { intentOf, sql, textIn, type Ctx, type PageSources, type Submitted, type Tx } from '@portico/kit/server';
import { z } from 'zod';
import { awaitedCharges, type AwaitedCharge } from '../collection/awaited-charges.queries.ts';
import { moneyText } from '../invoice/money-text.ts';
import { accountIn } from '../payment/account-in.ts';
import { cardFormOf } from '../payment/card-form-of.ts';
import { AddCard, addCard, beginCard } from '../terms/add-card.ts';
import { removeCard } from '../terms/remove-card.ts';
import { chooseDefaultCard, SwitchAutoPay, switchAutoPay } from '../terms/switch-auto-pay.ts';
import { cardsOf } from '../terms/terms.queries.ts';

interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly autoPay: boolean;
  readonly since: string | null;
}

/** How the customer pays: cards and auto-pay of one bill group. `card=new` opens the card's fields, `auto-pay=on` sets the slider. */
export async function load(ctx: Ctx, request: PageRequest) {
  ctx.demand('change', 'BillingTerms');
  const accountId = accountIn(ctx, undefined);
  const read = await ctx.inTenant(async (tx) => {
    const groups = await groupsOf(tx, accountId);
    const group = groups.find(({ id }) => id === request.query.get('group')) ?? groups[0]!;
    return { groups, group, cards: await cardsOf(tx, group.id), awaited: await awaitedCharges(tx, group.id) };
  });
  const form = await cardFormOf(ctx);
  const wantsCard = request.query.get('card') === 'new' && form !== null;
  return {
    ...read,
    form,
    setUp: wantsCard ? await beginCard(ctx, read.group.id) : null,
    wantsAutoPay: request.query.get('auto-pay') === 'on',
    business: ctx.tenant.name,
  };
}

const groupsOf = (tx: Tx, accountId: string): Promise<GroupRow[]> =>
  tx.rows<GroupRow>(sql`select g.id, g.name, coalesce(t.auto_pay, false) as "autoPay", t.auto_pay_since as since from accounts.bill_group_v1 g
    left join billing.bill_group_terms t on t.tenant_id = ${tx.ctx.tenant.id} and t.bill_group_id = g.id
    where g.tenant_id = ${tx.ctx.tenant.id} and g.account_id = ${accountId} order by g.name, g.id limit 100`);

/** The card fields come from the gateway's own origin. */
export const sources = async (ctx: Ctx): Promise<PageSources> => (await cardFormOf(ctx))?.sources ?? {};

/** Add a card, choose the default, forget one, switch auto-pay. */
export async function submit(ctx: Ctx, form: FormData, request: PageRequest): Promise<Submitted> {
  const billGroupId = textIn(form, 'billGroupId') ?? '';
  const here = isId(billGroupId) ? `/billing/billing-info?group=${billGroupId}` : '/billing/billing-info';
  const methodId = () => readInput(z.object({ methodId: z.uuid('billing.problem.method') }), { methodId: textIn(form, 'methodId') }).methodId;
  const work = intentOf<() => Promise<Submitted>>(form, {
    'add-card': async () => {
      await addCard(ctx, AddCard.parse({ billGroupId, card: textIn(form, 'card') ?? '' }));
      const amount = await chargedNow(ctx, billGroupId);
      if (amount !== '') return { ok: true, say: 'billing.card.say-charged', values: { amount }, go: here };
      // whoever was about to switch auto-pay on goes on there: the second submit is still theirs
      return { ok: true, say: 'billing.card.say-added', go: request.query.get('auto-pay') === 'on' ? `${here}&auto-pay=on` : here };
    },
    default: async () => {
      await chooseDefaultCard(ctx, methodId());
      return { ok: true, say: 'billing.card.say-default', go: here };
    },
    remove: async () => {
      await removeCard(ctx, methodId());
      return { ok: true, say: 'billing.card.say-removed', go: here };
    },
    'auto-pay': async () => {
      const autoPay = form.has('autoPay');
      await switchAutoPay(ctx, SwitchAutoPay.parse({ billGroupId, autoPay }));
      return { ok: true, say: autoPay ? 'billing.auto-pay.say-on' : 'billing.auto-pay.say-off', go: here };
    },
  });
  return work();
}

// What is charged to the new card at this moment, each currency by itself; '' when nothing waited for one.
async function chargedNow(ctx: Ctx, billGroupId: string): Promise<string> {
  const waiting = await ctx.inTenant((tx) => awaitedCharges(tx, billGroupId));
  const sums = new Map<string, number>();
  for (const { isCharging, paidBy, total } of waiting as readonly AwaitedCharge[])
    if (isCharging || paidBy) sums.set(total.currency, (sums.get(total.currency) ?? 0) + total.amount);
  return [...sums].map(([currency, sum]) => moneyText(ctx, sum, currency)).join(', ');
}
