import { dayOf } from '@portico/kit';
import { core as coreKey, sql, type Ctx } from '@portico/kit/server';
import { actingAsOwner, balancesOf, compareBooks, readStatement } from '@portico/plugin-billing/testing';
import { startSandbox, startTestPortal, type TestBusiness } from '@portico/testing';
import pg from 'pg';
import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tellHistory, type Told } from './money-history.ts';

/** `npm run gate:money` asks for 5,000 histories: a few long ones, each in a business of its own, and for the rest many short ones beside each other. */
const HISTORIES = Number(process.env['PORTICO_ROUNDS'] ?? 30);
const ROUNDS = Math.min(HISTORIES, 5);
const DEEDS = 120;
const SHORT_DEEDS = 8;
const BESIDE = 25;

const sandbox = await startSandbox('stripe');
const portal = await startTestPortal({ environment: sandbox.env });
afterAll(async () => {
  await portal.close();
  await sandbox.stop();
});
beforeAll(() => sandbox.tell('POST', '/control/limits', { perSecond: null, perEndpoint: null }));

const all: Told[] = [];

/** Rows that break a rule of the books; none when all is well. */
const BROKEN: Readonly<Record<string, ReturnType<typeof sql>>> = {
  'the accounts of the books sum to zero in each currency': sql`select currency, sum(amount) from (
      select currency, debit as account, amount_minor as amount from billing.ledger_transfers
      union all select currency, credit, -amount_minor from billing.ledger_transfers) legs group by currency having sum(amount) <> 0`,
  'open of an invoice is its total less payments, credit notes and what was given up': sql`select i.number from billing.invoices i where i.number is not null and i.state <> 'void'
      and i.open_minor <> i.total_minor - i.written_off_minor
        - (select coalesce(sum(amount_minor), 0) from billing.payment_allocations where invoice_id = i.id)
        - (select coalesce(sum(amount_minor), 0) from billing.credit_notes where invoice_id = i.id and cause is null)`,
  'the ledger is owed of an invoice what is open of it': sql`select i.number, i.state from billing.invoices i where i.number is not null
      and (case i.state when 'issued' then i.open_minor else 0 end)
        <> (select coalesce(sum(case 'receivable' when debit then amount_minor when credit then -amount_minor else 0 end), 0)
            from billing.ledger_transfers where invoice_id = i.id)`,
  'no invoice is paid with something open, and none is open with nothing': sql`select number from billing.invoices
      where (state = 'paid' and open_minor <> 0) or (state = 'issued' and open_minor <= 0)`,
  'never more goes back than came in': sql`select p.number from billing.payments p where p.refunded_minor > p.amount_minor
      or (select coalesce(sum(amount_minor), 0) from billing.refunds where payment_id = p.id and state <> 'failed') <> p.refunded_minor`,
  'a payment is booked to the cent, and what is for no invoice is credit': sql`select p.number from billing.payments p
      where p.amount_minor <> (select coalesce(sum(t.amount_minor), 0) from billing.ledger_transfers t
        where t.debit = case p.road when 'card' then 'card' else 'bank' end and t.currency = p.currency
          and (t.source_id = p.id or t.source_id in (select id from billing.payment_allocations where payment_id = p.id)))`,
  'invoices and credit notes are numbered without a gap': sql`select 'invoice' as series from billing.invoices where number is not null having max(number) <> count(*)
      union all select 'credit-note' from billing.credit_notes having max(number) <> count(*)`,
};

async function demandSound(ctx: Ctx): Promise<void> {
  for (const [rule, broken] of Object.entries(BROKEN)) expect({ rule, broken: await ctx.inTenant((tx) => tx.rows(broken)) }).toEqual({ rule, broken: [] });
}

/** For each customer and currency: the statement, the balance and the ledger say one sum. */
async function demandStatements(ctx: Ctx, member: (accountId: string) => Promise<Ctx>): Promise<number> {
  const rows = await ctx.inTenant((tx) =>
    tx.rows<{ account_id: string; currency: string; owed: number; sent: number }>(sql`select t.account_id, t.currency, sum(d.delta)::bigint as owed,
        sum(d.delta) filter (where t.invoice_id is null or i.sent_at is not null)::bigint as sent
      from billing.ledger_transfers t left join billing.invoices i on i.id = t.invoice_id
      cross join lateral (select case when t.debit in ('receivable', 'credit') then t.amount_minor else 0 end
        - case when t.credit in ('receivable', 'credit') then t.amount_minor else 0 end as delta) d group by 1, 2 order by 1, 2`),
  );
  for (const { account_id, currency, owed, sent } of rows) {
    const span = { from: '2020-01-01', to: dayOf(ctx.clock.now(), ctx.tenant.zone), currency };
    const theirs = await member(account_id);
    const staffs = await ctx.inTenant((tx) => readStatement(tx, account_id, span));
    const own = await theirs.inTenant((tx) => readStatement(tx, account_id, span));
    const balance = (await theirs.inTenant((tx) => balancesOf(tx, account_id))).find((one) => one.owed.currency === currency);
    expect({ staff: staffs.closing.amount, own: own.closing.amount }).toEqual({ staff: owed, own: sent ?? 0 });
    expect((balance?.owed.amount ?? 0) - (balance?.credit.amount ?? 0)).toBe(own.closing.amount);
    expect(own.lines.at(-1)?.balance ?? own.closing).toEqual(own.closing);
  }
  return rows.length;
}

/** What the gateway holds and what the ledger says, for each customer and currency. */
async function demandSameAtGateway(ctx: Ctx, account: string): Promise<void> {
  const stripe = new Stripe(`sk_test_${account}`, { ...sandbox.at, port: String(sandbox.at.port), maxNetworkRetries: 0 });
  const tries = new Map(
    (await ctx.inTenant((tx) => tx.rows<{ id: string; account_id: string }>(sql`select id, account_id from billing.payment_attempts`))).map((row) => [
      row.id,
      row.account_id,
    ]),
  );
  const there: Record<string, number> = {};
  for await (const charge of stripe.charges.list({ limit: 100 })) {
    if (charge.status !== 'succeeded') continue;
    const key = `${tries.get(charge.metadata['attempt'] ?? '')} ${charge.currency.toUpperCase()}`;
    there[key] = (there[key] ?? 0) + charge.amount_captured - charge.amount_refunded;
  }
  const here = await ctx.inTenant((tx) =>
    tx.rows<{
      key: string;
      sum: number;
    }>(sql`select account_id || ' ' || currency as key, sum(case 'card' when debit then amount_minor else -amount_minor end)::bigint as sum
      from billing.ledger_transfers where debit = 'card' or credit = 'card' group by 1`),
  );
  expect(Object.fromEntries(here.map(({ key, sum }) => [key, sum]))).toEqual(there);
}

async function aConnectedBusiness(account: string): Promise<TestBusiness> {
  const business = await portal.business(account);
  const keys = { publishableKey: `pk_test_${account}`, secretKey: `sk_test_${account}` };
  await business.systemCtx('core').use(coreKey).saveSettings('stripe', keys);
  return business;
}

describe('books after a random history of money', () => {
  for (let round = 1; round <= ROUNDS; round += 1)
    it(`are sound and agree with the gateway, statement and balance, round ${round} of ${ROUNDS} (line 8, M10, M11)`, async () => {
      const account = `history${round}`;
      const business = await aConnectedBusiness(account);
      all.push(await tellHistory({ business, sandbox, account }, account, DEEDS));
      const owner = await actingAsOwner(business);
      await demandSound(owner);
      const members = new Map(
        (await owner.inTenant((tx) => tx.rows<{ account_id: string; user_id: string }>(sql`select account_id, user_id from accounts.members`))).map((row) => [
          row.account_id,
          row.user_id,
        ]),
      );
      expect(await demandStatements(owner, (accountId) => business.ctxOf(members.get(accountId)!, 'billing'))).toBeGreaterThan(2);
      await demandSameAtGateway(owner, account);
      const compared = await compareBooks(owner);
      expect(compared).toMatchObject({ data: [], differs: 0, isPartial: false });
      for (const { books, gateway } of compared!.totals) expect(books).toEqual(gateway);
      expect(compared!.charges).toBeGreaterThan(1);
    });

  const short = Math.max(0, HISTORIES - ROUNDS);
  it(`are sound after each of ${short} short ones beside others, and agree with the gateway (M10)`, { timeout: 60_000 + short * 5_000 }, async () => {
    for (let first = 0; first < short; first += BESIDE) {
      const account = `beside${first}`;
      const business = await aConnectedBusiness(account);
      for (let n = first; n < Math.min(first + BESIDE, short); n += 1) {
        all.push(await tellHistory({ business, sandbox, account }, `short ${n}`, SHORT_DEEDS, n === first));
        await demandSound(await actingAsOwner(business));
      }
      const owner = await actingAsOwner(business);
      await demandSameAtGateway(owner, account);
      expect(await compareBooks(owner)).toMatchObject({ data: [], differs: 0 });
    }
  });

  it('held every deed, done and refused', () => {
    const done = new Set(all.flatMap((told) => Object.keys(told.done)));
    expect([...done].toSorted()).toEqual(
      [
        ...['bank-answers', 'credit', 'decline', 'issue', 'issue-unsent', 'leave-with-bank', 'pay', 'pay-two', 'refund', 'refund-part', 'send'],
        ...['transfer', 'transfer-part', 'transfer-too-much', 'void', 'write-off'],
      ].toSorted(),
    );
    const refused = new Set(all.flatMap((told) => Object.keys(told.refused)));
    expect(['credit-too-much', 'refund-too-much'].filter((deed) => !refused.has(deed))).toEqual([]);
  });
});

describe('what was booked', () => {
  const CHANGES = [
    `update billing.ledger_transfers set amount_minor = amount_minor + 1`,
    `delete from billing.ledger_transfers`,
    `truncate billing.ledger_transfers`,
    `update billing.invoices set total_minor = 1 where number is not null`,
    `delete from billing.invoices where number is not null`,
  ];

  it('is changed and taken away by nobody: not by the product, and not by the owner of the tables either (M10)', async () => {
    const url = new URL(inject('portico').superuserUrl);
    url.pathname = new URL(portal.environment['DATABASE_URL']!).pathname;
    const owner = new pg.Client({ connectionString: url.href });
    await owner.connect();
    try {
      for (const change of CHANGES) await expect(owner.query(change)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await owner.end();
    }
    const business = await portal.business('rewriting');
    const ctx = await actingAsOwner(business);
    for (const change of CHANGES.slice(0, 3)) await expect(ctx.inTenant((tx) => tx.sql.raw(change))).rejects.toMatchObject({ code: '42501' });
  });
});
