import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInput, type Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { changeLeadSource } from '../source/save-lead-source.ts';
import { pauseOrder } from '../order/pause-order.ts';
import { resumeOrder } from '../order/resume-order.ts';
import { PostLead } from '../lead/new-lead.ts';
import { ingestTogether, openLeadMarket, type LeadMarket } from './lead-market.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await startTestPortal();
});
afterAll(() => portal.close());

let slugs = 0;
const market = async (): Promise<LeadMarket> => openLeadMarket(await portal.business(`ingest-${(slugs += 1)}`));

type Answer = { id: Id; outcome: string };
const outcomesOf = (answers: readonly unknown[]): string[] => answers.map(outcomeOf);
function outcomeOf(answer: unknown): string {
  if (answer instanceof Error) return answer.name;
  const body = 'status' in (answer as object) ? (answer as { body: Answer }).body : (answer as Answer);
  return body.outcome;
}
const idOf = (answer: unknown): Id => ('status' in (answer as object) ? (answer as { body: Answer }).body : (answer as Answer)).id;
const count = async ({ owner }: LeadMarket, table: string): Promise<number> =>
  (await owner.inTenant((tx) => tx.sql.count({ n: '*' }).from(table).first<{ n: number }>())).n;
const received = async ({ owner }: LeadMarket, orderId: Id): Promise<number> =>
  (await owner.inTenant((tx) => tx.row<{ received: number }>(sql`select received from leads.lead_orders where id = ${orderId}`)))!.received;
const ordersOf = async ({ owner }: LeadMarket, answers: readonly unknown[]): Promise<(Id | null)[]> => {
  const rows = await owner.inTenant((tx) =>
    tx.rows<{ id: Id; order_id: Id | null }>(sql`select id, order_id from leads.leads where id = any(${answers.map(idOf)}::uuid[])`),
  );
  return answers.map((answer) => rows.find((row) => row.id === idOf(answer))!.order_id);
};

describe('a source posts a lead (S2)', () => {
  it('names a problem at each field that is wrong', () => {
    const parsed = PostLead.safeParse({
      type: '',
      name: ' ',
      email: 'nobody',
      phone: 'abc',
      town: 'x'.repeat(10_000),
      postalCode: 5,
      fields: { a: 'y'.repeat(501) },
    });
    const fields = parsed.error?.issues.map((issue) => [issue.path.join('.'), issue.message]);
    expect(Object.fromEntries(fields!)).toMatchObject({
      type: 'leads.problem.type-missing',
      name: 'leads.problem.name-missing',
      email: 'leads.problem.email',
      phone: 'leads.problem.phone',
      town: 'leads.problem.too-long',
      'fields.a': 'leads.problem.too-long',
    });
    expect(fields!.map(([field]) => field)).toContain('postalCode');
  });

  it('names the missing contact together with the other problems', () => {
    const parsed = PostLead.safeParse({ type: 'roofing', name: '' });
    expect(parsed.error?.issues.map((issue) => issue.message)).toEqual(['leads.problem.name-missing', 'leads.problem.no-contact']);
  });

  it.each([
    ['a control character', 'Ma\u0000ren'],
    ['a line break', 'Maren\nOduya'],
  ])('refuses %s in a name', (_, name) => {
    expect(PostLead.safeParse({ type: 'roofing', name, phone: '+15035550188' }).success).toBe(false);
  });

  it('keeps right-to-left text, markup and a broken character as text', async () => {
    const here = await market();
    const names = ['مارن أودويا', '<script>alert(1)</script>', 'broken \ud800 half'];
    const answers = await here.post(...names.map((name) => ({ name })));
    const rows = await here.owner.inTenant((tx) => tx.rows<{ name: string }>(sql`select name from leads.leads order by id`));
    expect(outcomesOf(answers)).toEqual(['unmatched', 'unmatched', 'unmatched']);
    expect(rows.map((row) => row.name)).toEqual([names[0], names[1], 'broken \ufffd half']);
  });

  it("refuses a number that cannot be one in the business's country", async () => {
    const here = await market();
    await expect(here.post({ phone: '12345' })).rejects.toThrow(InvalidInput);
  });

  it('answers a lead of an unknown type with a problem at type, the others of the batch with theirs', async () => {
    const here = await market();
    const [known, unknown] = await here.post({}, { type: 'gutters' });
    expect(outcomeOf(known)).toBe('unmatched');
    expect(unknown).toBeInstanceOf(InvalidInput);
    expect((unknown as InvalidInput).fields).toHaveProperty('type');
  });

  it('refuses a source that staff have switched off', async () => {
    const here = await market();
    await changeLeadSource(here.owner, here.sourceId, { enabled: false });
    expect(outcomesOf(await here.post({}))).toEqual(['SourceOff']);
    expect(await count(here, 'leads.leads')).toBe(0);
  });

  it('refuses a key whose source is not there, and takes nothing in', async () => {
    const here = await market();
    const nobodys = await here.business.sourceCtx('0190a5b0-0000-7000-8000-0000000000ff', 'leads');
    const answers = await ingestTogether(nobodys, [{ type: 'roofing', name: 'Maren Oduya', phone: here.phone() }]);
    expect(outcomesOf(answers)).toEqual(['SourceOff']);
    expect(await count(here, 'leads.leads')).toBe(0);
  });

  it('delivers, counts the order down, keeps keys and words, and tells the other plugins', async () => {
    const here = await market();
    const orderId = await here.order(await here.account('Brightside'));
    const [answer] = await here.post({ name: 'Maren Oduya', email: 'Maren.O+web@Example.com', phone: '(503) 555-0188', town: 'Gresham' });
    expect(outcomeOf(answer)).toBe('delivered');
    expect(await received(here, orderId)).toBe(1);
    const row = await here.owner.inTenant((tx) =>
      tx.row<{ phone: string; email: string; keys: string[]; words: string[]; deliveries: number }>(sql`
      select l.phone, l.email, (select array_agg(k.key order by k.key) from leads.lead_keys k where k.lead_id = l.id) as keys,
        (select array_agg(w.word order by w.word) from leads.lead_words w where w.lead_id = l.id and w.account_id = l.account_id and w.word = any(l.words)) as words,
        (select count(*) from leads.lead_deliveries d where d.lead_id = l.id and d.id = l.delivery_id) as deliveries
      from leads.leads l where l.id = ${idOf(answer)}`),
    );
    expect(row).toEqual({
      phone: '+15035550188',
      email: 'Maren.O+web@Example.com',
      keys: ['email:maren.o@example.com', 'phone:+15035550188'],
      words: ['15035550188', '5035550188', 'com', 'example', 'gresham', 'maren', 'o', 'oduya', 'web'],
      deliveries: 1,
    });
  });
});

describe('duplicates (requirements 3.8)', () => {
  it('answers 200 with the earlier lead for the same phone written otherwise, and for the same mailbox', async () => {
    const here = await market();
    const [first] = await here.post({ phone: '+1 503 555 0188', email: 'sam@example.com' });
    const answers = await here.post({ phone: '503.555.0188', email: 'other@example.com' }, { email: 'SAM+roof@example.com' });
    expect(outcomesOf(answers)).toEqual(['duplicate', 'duplicate']);
    expect(answers.map((answer) => (answer as { status: number }).status)).toEqual([200, 200]);
    expect(answers.map(idOf)).toEqual([idOf(first), idOf(first)]);
    expect(await count(here, 'leads.leads')).toBe(1);
  });

  it('does not remember what a duplicate brought along', async () => {
    const here = await market();
    await here.post({ phone: '+15035550188' });
    const answers = await here.post({ phone: '+15035550188', email: 'sam@example.com' }, { phone: here.phone(), email: 'sam@example.com' });
    expect(outcomesOf(answers)).toEqual(['duplicate', 'unmatched']);
  });

  it('takes the same person in again after the look-back of the type', async () => {
    const here = await market();
    const [first] = await here.post({ phone: '+15035550188' });
    await here.business.advance('P29D');
    expect(outcomesOf(await here.post({ phone: '+15035550188' }))).toEqual(['duplicate']);
    await here.business.advance('P2D');
    const [again] = await here.post({ phone: '+15035550188' });
    expect(outcomeOf(again)).toBe('unmatched');
    expect(idOf(again)).not.toBe(idOf(first));
    expect(outcomesOf(await here.post({ phone: '+15035550188' }))).toEqual(['duplicate']);
  });

  it('makes one lead of 20 twins that arrive in 20 transactions at once', async () => {
    const here = await market();
    const source = await here.business.sourceCtx(here.sourceId, 'leads');
    const contexts = await Promise.all(Array.from({ length: 20 }, () => here.business.sourceCtx(here.sourceId, 'leads')));
    const answers = (await Promise.all(contexts.map((ctx) => ingestTogether(ctx, [{ type: 'roofing', name: 'Sam', phone: '+15035550188' }])))).flat();
    expect(source.actor.kind).toBe('key');
    expect(outcomesOf(answers).toSorted()).toEqual([...Array<string>(19).fill('duplicate'), 'unmatched']);
    expect(new Set(answers.map(idOf)).size).toBe(1);
    expect(await count(here, 'leads.leads')).toBe(1);
  });

  it('makes one lead of 20 twins that go together in one statement', async () => {
    const here = await market();
    const answers = await here.post(...Array.from({ length: 20 }, () => ({ email: 'sam@example.com' })));
    expect(outcomesOf(answers).filter((outcome) => outcome === 'unmatched')).toHaveLength(1);
    expect(await count(here, 'leads.leads')).toBe(1);
  });
});

describe('routing (S2)', () => {
  it('delivers 10 of 50 leads that arrive at once on an order with 10 left, in one statement and in 50 transactions', async () => {
    for (const split of [1, 50]) {
      const here = await market();
      const orderId = await here.order(await here.account('Brightside'), { leads: 10 });
      const bodies = Array.from({ length: 50 }, () => ({ type: 'roofing', name: 'Sam', phone: here.phone() }));
      const batches = Array.from({ length: split }, (_, at) => bodies.slice((at * 50) / split, ((at + 1) * 50) / split));
      const contexts = await Promise.all(batches.map(() => here.business.sourceCtx(here.sourceId, 'leads')));
      const answers = (await Promise.all(batches.map((batch, at) => ingestTogether(contexts[at]!, batch)))).flat();
      expect(outcomesOf(answers).filter((outcome) => outcome === 'delivered')).toHaveLength(10);
      expect(outcomesOf(answers).filter((outcome) => outcome === 'unmatched')).toHaveLength(40);
      expect(await received(here, orderId)).toBe(10);
      expect(await count(here, 'leads.lead_deliveries')).toBe(10);
    }
  });

  it('fills the order with the oldest start date first, then the one with the smallest id', async () => {
    const here = await market();
    const account = await here.account('Brightside');
    const young = await here.order(account, { leads: 2, daysAgo: 1 });
    const [a, b] = [await here.order(account, { leads: 2, daysAgo: 9 }), await here.order(account, { leads: 2, daysAgo: 9 })].toSorted();
    const answers = await here.post(...Array.from({ length: 7 }, () => ({})));
    expect(await ordersOf(here, answers)).toEqual([a, a, b, b, young, young, null]);
  });

  it('keeps to the postal-code prefixes of an order, whatever spaces and case they are written with', async () => {
    const here = await market();
    const account = await here.account('Brightside');
    const north = await here.order(account, { places: ['970', 'sw1'], daysAgo: 9 });
    const anywhere = await here.order(account, { daysAgo: 1 });
    const answers = await here.post({ postalCode: '97030-1234' }, { postalCode: 'SW1 2AB' }, { postalCode: '98101' }, {});
    expect(await ordersOf(here, answers)).toEqual([north, north, anywhere, anywhere]);
  });

  it('goes on to the next order when leads of other places in the same batch have filled the first', async () => {
    const here = await market();
    const account = await here.account('Brightside');
    const nearlyFull = await here.order(account, { leads: 1, daysAgo: 9 });
    const next = await here.order(account, { leads: 100, daysAgo: 1 });
    expect(await ordersOf(here, await here.post({ postalCode: '97201' }, { postalCode: '97202' }))).toEqual([nearlyFull, next]);
  });

  it('delivers all of 50 leads of 50 places that arrive at once, together as one by one', async () => {
    for (const split of [1, 50]) {
      const here = await market();
      const account = await here.account('Brightside');
      const [first, second, local] = [
        await here.order(account, { leads: 10, daysAgo: 9 }),
        await here.order(account, { leads: 35, daysAgo: 5 }),
        await here.order(account, { leads: 100, daysAgo: 1, places: ['972'] }),
      ];
      const bodies = Array.from({ length: 50 }, (_, at) => ({ postalCode: String(97_200 + at) }));
      const answers: unknown[] = [];
      for (let at = 0; at < 50; at += 50 / split) answers.push(...(await here.post(...bodies.slice(at, at + 50 / split))));
      expect(outcomesOf(answers)).toEqual(Array(50).fill('delivered'));
      expect([await received(here, first), await received(here, second), await received(here, local)]).toEqual([10, 35, 5]);
    }
  });

  it('delivers nothing against an order of another type, one that has not begun, or one that is over', async () => {
    const here = await market();
    const account = await here.account('Brightside');
    await here.order(account, { daysAgo: 9, endsIn: 1 });
    await here.business.advance('P3D');
    await here.order(account, { daysAgo: -4 });
    const gutters = await here.business
      .systemCtx('leads')
      .inTenant((tx) =>
        tx.row<{ id: Id }>(
          sql`insert into leads.lead_types (id, key, name, created_at) values (${tx.ctx.newId()}, 'gutters', 'Gutters', ${tx.ctx.clock.now()}) returning id`,
        ),
      );
    await here.order(account, { typeId: gutters!.id });
    expect(outcomesOf(await here.post({}))).toEqual(['unmatched']);
  });

  it('delivers nothing against a paused order, and again once it is resumed (R-1.54, R-1.57)', async () => {
    const here = await market();
    const orderId = await here.order(await here.account('Brightside'));
    await pauseOrder(here.owner, orderId);
    expect(outcomesOf(await here.post({}))).toEqual(['unmatched']);
    await resumeOrder(here.owner, orderId);
    expect(outcomesOf(await here.post({}))).toEqual(['delivered']);
    expect(await received(here, orderId)).toBe(1);
  });

  it('delivers for money as often as the price fits into the budget', async () => {
    const here = await market();
    const orderId = await here.order(await here.account('Brightside'), { budget: 10_000, price: 3_000 });
    expect(outcomesOf(await here.post({}, {}, {}, {}))).toEqual(['delivered', 'delivered', 'delivered', 'unmatched']);
    expect(await received(here, orderId)).toBe(3);
  });

  it('never gives a lead to an order of another business', async () => {
    const [here, there] = [await market(), await market()];
    const orderId = await there.order(await there.account('Elsewhere'));
    expect(outcomesOf(await here.post({}))).toEqual(['unmatched']);
    expect(await received(there, orderId)).toBe(0);
  });
});
