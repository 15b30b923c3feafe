import { setTimeout as pause } from 'node:timers/promises';
import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { aCustomer, type TestCustomer } from '@portico/plugin-accounts/testing';
import { actingAsOwner, anIssuedInvoice, payByCard, payWhole, recordTransfer, voidIt, type TestInvoice } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, typeCard } from './type-card.ts';

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});

let business: TestBusiness;
let owner: Ctx;
beforeAll(async () => {
  business = await portal.business('races');
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', { publishableKey: 'pk_test_races', secretKey: 'sk_test_races' });
  owner = await actingAsOwner(business);
  await sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null });
});
const stripe = new Stripe('sk_test_races', { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
const card = () => typeCard(sandbox, 'pk_test_races', CARDS.good);

/** Who may settle an invoice; in each round another one of them begins first. */
const ROADS = ['card', 'transfer', 'void'] as const;
type Road = (typeof ROADS)[number];
/** `npm run gate:money` asks for 200. */
const ROUNDS = Math.max(ROADS.length, Number(process.env['PORTICO_ROUNDS'] ?? 5));
/** So long after the first one the others begin: once clearly later for each road, then close enough that either may win. */
const headStart = (round: number): number => (round < ROADS.length ? 300 : (round * 7) % 32);

/** Two tabs, a transfer and a void, one road ahead of the others. Answers the roads that were told that theirs was taken. */
async function race(customer: TestCustomer, invoice: TestInvoice, first: Road, headStartMs: number): Promise<Road[]> {
  const [one, two] = [await card(), await card()];
  const everybody: readonly { readonly road: Road; readonly settle: (ctx: Ctx) => Promise<unknown> }[] = [
    { road: 'card', settle: (ctx) => payByCard(ctx, [invoice], one) },
    { road: 'card', settle: (ctx) => payByCard(ctx, [invoice], two) },
    { road: 'transfer', settle: (ctx) => recordTransfer(ctx, customer, invoice) },
    { road: 'void', settle: (ctx) => voidIt(ctx, invoice) },
  ];
  const own = await Promise.all(everybody.map(() => actingAsOwner(business)));
  const ended = await Promise.allSettled(
    everybody.map(async ({ road, settle }, at) => {
      if (road !== first) await pause(headStartMs);
      await settle(own[at]!);
    }),
  );
  return everybody.flatMap(({ road }, at) => (ended[at]!.status === 'fulfilled' ? [road] : []));
}

describe('a balance that is paid whole', () => {
  it('is not charged when another invoice was sent meanwhile: the new sum is told (S8, requirements 3.13)', async () => {
    const customer = await aCustomer(business, 'Whole Balance');
    const first = await anIssuedInvoice(owner, customer, 10_000);
    await anIssuedInvoice(owner, customer, 2_500);
    await expect(payWhole(owner, [first], await card())).rejects.toMatchObject({ code: 'billing.amount-changed', values: { total: '$125.00' } });
    expect((await stripe.charges.list({ limit: 100 })).data).toEqual([]);
  });
});

/** How an invoice stands in the books: by which road it was settled, what came in by card, and what is left of it. */
async function booksOf({ invoiceId }: TestInvoice) {
  const row = await owner.inTenant((tx) =>
    tx.row<{ state: string; road: Road | null; card: number; left: number }>(sql`select i.state,
        case i.state when 'void' then 'void' else (select min(case t.debit when 'bank' then 'transfer' else t.debit end)
          from billing.ledger_transfers t where t.invoice_id = i.id and t.source_kind = 'payment') end as road,
        (select coalesce(sum(t.amount_minor), 0)::bigint from billing.ledger_transfers t where t.invoice_id = i.id and t.debit = 'card') as card,
        (select sum(case when t.debit = 'receivable' then t.amount_minor else -t.amount_minor end)::bigint from billing.ledger_transfers t
          where t.invoice_id = i.id and 'receivable' in (t.debit, t.credit)) as left
      from billing.invoices i where i.id = ${invoiceId}`),
  );
  return row!;
}

describe('one invoice, everybody at once', () => {
  it(`is settled by one of them: two tabs, a transfer and a void in the same moment, ${ROUNDS} rounds (M9)`, { timeout: 60_000 + ROUNDS * 5_000 }, async () => {
    const won = { card: 0, transfer: 0, void: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const amount = 9_000 + round;
      const customer = await aCustomer(business, `Race ${round}`);
      const invoice = await anIssuedInvoice(owner, customer, amount);
      const taken = await race(customer, invoice, ROADS[round % ROADS.length]!, headStart(round));
      expect(taken, `round ${round}: one of them is told that theirs was taken`).toHaveLength(1);
      const road = taken[0]!;
      const charged = (await stripe.charges.list({ limit: 100 })).data.filter((charge) => charge.amount === amount && charge.status === 'succeeded');
      expect(charged, `round ${round}`).toHaveLength(road === 'card' ? 1 : 0);
      const settled = { state: road === 'void' ? 'void' : 'paid', road, card: road === 'card' ? amount : 0 };
      expect(await booksOf(invoice), `round ${round}: nothing is owed, and nothing was paid twice`).toEqual({ ...settled, left: 0 });
      won[road] += 1;
    }
    for (const road of ROADS) expect(won[road], `rounds that ${road} won`).toBeGreaterThan(0);
  });
});
