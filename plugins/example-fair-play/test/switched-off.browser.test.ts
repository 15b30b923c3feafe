import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ask,
  type Business,
  comparable,
  demand,
  firstWeb,
  fresh,
  newBusiness,
  portico,
  routeLines,
  startSecondWeb,
  until,
  type Web,
} from '@portico/testing/browser';

const ID = 'example-fair-play';
/** What the lead's page says of the plugin's tab. */
const TAB = `tab=${ID}`;
const NEVER = 'never-installed-x';

let second: Awaited<ReturnType<typeof startSecondWeb>>;
let webs: readonly (readonly [string, Web])[];
let here: Customer;
let beside: Customer;

/** A business with the plugin on, and its one customer's account admin, signed in, with a lead. */
interface Customer {
  readonly business: Business;
  readonly cookie: string;
  /** The address of the lead's page. */
  readonly lead: string;
}

beforeAll(async () => {
  second = await startSecondWeb();
  webs = [
    ['the first web', firstWeb],
    ['the second web', second],
  ];
  [here, beside] = [await customerOf('here'), await customerOf('beside')];
});
afterAll(() => second.stop());

async function customerOf(name: string): Promise<Customer> {
  const business = await newBusiness(`${name}-${fresh()}`, 'Equal Twins');
  await portico('plugin', 'enable', '--business', business.slug, '--plugin', ID);
  const [first, own] = ['given by staff 1', 'chosen by myself 2'];
  const { id } = await demand<{ id: string }>(business, '/api/v1/accounts', {
    key: 'owner',
    json: { name: 'Customer', admin: { name: 'Ada Admin', userName: 'ada.admin', password: first } },
  });
  const signIn = async (password: string): Promise<string> => {
    const { headers } = await ask(business, '/sign-in', { form: { login: 'ada.admin', password } });
    return headers['set-cookie']!.map((one) => one.split(';')[0]).join('; ');
  };
  const { status } = await ask(business, '/change-password', { cookie: await signIn(first), form: { current: first, password: own, again: own } });
  expect(status).toBe(303);
  return { business, cookie: await signIn(own), lead: `/leads/${await leadOf(business, id)}` };
}

/** A lead that the customer bought. */
async function leadOf(business: Business, accountId: string): Promise<string> {
  const post = (path: string, json: object) => demand<{ id: string; outcome?: string }>(business, path, { key: 'owner', json });
  const { billGroups } = await demand<{ billGroups: { id: string }[] }>(business, `/api/v1/accounts/${accountId}`, { key: 'owner' });
  const type = await post('/api/v1/leads/types', { key: 'roofing', name: 'Roofing', lookBackDays: 30 });
  await post('/api/v1/leads/orders', {
    ...{ accountId, billGroupId: billGroups[0]!.id, typeId: type.id, counts: 'leads', leads: 5 },
    ...{ price: { amount: 2_000, currency: 'USD' }, startsOn: '2026-01-01' },
  });
  return (await post('/api/v1/leads', { type: 'roofing', name: 'Maren Oduya', phone: '+15035550142', town: 'Gresham', postalCode: '97030' })).id;
}

/** Every route of the plugin, plain and `.data`, with the method that it takes. */
async function routes(): Promise<readonly { method: string; path: string }[]> {
  const lines = (await routeLines()).filter(({ plugin }) => plugin === ID);
  return lines.flatMap(({ method, path }) => [path, `${path}.data`].map((one) => ({ method, path: one })));
}

function question({ cookie }: Customer, method: string): Parameters<Web['ask']>[2] {
  if (method === 'GET') return { cookie };
  const own = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  return { cookie, method, body: '{}', headers: own };
}

/** What one web answers for an address, without what differs each time, and without the plugin's name. */
async function answerOf(web: Web, customer: Customer, method: string, path: string): Promise<string> {
  const words = [path.includes(NEVER) ? NEVER : ID, customer.business.slug];
  return comparable(await web.ask(customer.business, path, question(customer, method)), ...words);
}

const PAGES = ['/leads', '/returns', '/leads/orders', '/accounts/users', '/accounts/settings', `/${ID}`, `/${ID}.data`];
/** Every page of the customer, all of which are there, its lead's with the plugin's tab too. */
async function allPages(web: Web, customer: Customer): Promise<string> {
  const pages = [...PAGES, customer.lead, `${customer.lead}?tab=${ID}`];
  const answers = await Promise.all(pages.map((path) => answerOf(web, customer, 'GET', path)));
  for (const [at, answer] of answers.entries()) expect(answer.slice(0, 3), pages[at]).toBe('200');
  return answers.join('\n');
}

test('switched off, every route of the plugin is one that never was, on both web processes within 5 s; the other business is as it was (line 18)', async () => {
  for (const [name, web] of webs) {
    expect((await web.ask(here.business, `/${ID}`, { cookie: here.cookie })).status, name).toBe(200);
    expect((await web.ask(here.business, '/leads', { cookie: here.cookie })).text, name).toContain(`href="/${ID}"`);
    expect((await web.ask(here.business, here.lead, { cookie: here.cookie })).text, name).toContain(TAB);
  }
  const before = await Promise.all(webs.map(([, web]) => allPages(web, beside)));
  await portico('plugin', 'disable', '--business', here.business.slug, '--plugin', ID);
  const all = await routes();
  expect(all.length).toBeGreaterThanOrEqual(6);
  await Promise.all(
    webs.map(([name, web]) =>
      until(`${name} knows it`, async () => (await Promise.all(all.map(({ method, path }) => isUnknown(web, method, path)))).every(Boolean), 5),
    ),
  );
  for (const [name, web] of webs) {
    expect((await web.ask(here.business, '/leads', { cookie: here.cookie })).text, name).not.toContain(ID);
    const lead = await web.ask(here.business, here.lead, { cookie: here.cookie });
    expect([lead.status, lead.text.includes('Maren Oduya')], name).toEqual([200, true]);
    expect(lead.text, name).not.toContain(ID);
    expect(lead.text, name).not.toContain('Goodwill');
    expect((await web.ask(here.business, '/api/v1/openapi.json')).text, name).not.toContain(ID);
  }
  expect(await Promise.all(webs.map(([, web]) => allPages(web, beside)))).toEqual(before);
});

async function isUnknown(web: Web, method: string, path: string): Promise<boolean> {
  const [off, never] = [await answerOf(web, here, method, path), await answerOf(web, here, method, path.replaceAll(ID, NEVER))];
  return off.startsWith('404') && off === never;
}

test('switched on again, it is there on both, with what was kept (line 18)', async () => {
  await portico('plugin', 'enable', '--business', here.business.slug, '--plugin', ID);
  for (const [name, web] of webs)
    await until(`${name} has it back`, async () => (await web.ask(here.business, `/${ID}`, { cookie: here.cookie })).status === 200, 5);
  for (const [name, web] of webs) expect((await web.ask(here.business, here.lead, { cookie: here.cookie })).text, name).toContain(TAB);
});
