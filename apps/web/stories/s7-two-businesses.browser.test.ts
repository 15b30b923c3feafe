import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { beforeAll, expect, test } from 'vitest';
import {
  addressOf,
  type Answer,
  ask,
  bothWidths,
  type Business,
  comparable,
  dataFolder,
  demand,
  demoBusinesses,
  fresh,
  inBothThemes,
  mails,
  pagePaths,
  routeLines,
  sessionOf,
  signIn,
  signInOf,
  theRun,
  until,
} from '@portico/testing/browser';
import { openMarket, openOrder, postLead } from './test/lead-market.ts';

let first: Business;
let second: Business;

beforeAll(() => {
  [first, second] = demoBusinesses();
});

test.each(bothWidths)('S7: two businesses have each their own address, name, colours and words: $width px, light and dark', (look) =>
  inBothThemes('s7-two-businesses', look, async (screen) => {
    const colours: string[] = [];
    for (const business of [first, second]) {
      const page = await screen.visit();
      await screen.go(business, '/sign-in', page);
      expect(await page.getByRole('banner').innerText()).not.toBe('');
      colours.push(await page.getByRole('button', { name: 'Sign in' }).evaluate((one) => getComputedStyle(one).backgroundColor));
      await screen.step(`sign-in-${business.slug}`);
    }
    expect(colours[0]).not.toBe(colours[1]);
    const names: string[] = [];
    for (const business of [first, second]) {
      const page = await screen.visit();
      await signIn(page, business, 'account-admin');
      expect(new URL(page.url()).host).toBe(new URL(business.url).host);
      names.push((await page.title()).split(' · ').at(-1)!);
      await screen.step(`first-page-${business.slug}`);
    }
    expect(names[0]).not.toBe(names[1]);
  }),
);

test('S7: who belongs to one business is refused by the other in the words that anybody is', async () => {
  for (const kind of ['owner', 'staff', 'account-admin', 'member'] as const) {
    const { login, password } = signInOf(first, kind);
    const foreign = await ask(second, '/sign-in', { form: { login, password } });
    const nobody = await ask(second, '/sign-in', { form: { login: 'no.such.person', password } });
    expect(foreign.status).toBe(nobody.status);
    expect(foreign.status).toBeGreaterThanOrEqual(400);
    expect(foreign.headers['set-cookie'] ?? []).toEqual(nobody.headers['set-cookie'] ?? []);
    expect(comparable(foreign, login)).toBe(comparable(nobody, 'no.such.person'));
  }
});

test('S7: a session or key of one business is none at the other', async () => {
  const cookie = await sessionOf(first, 'owner');
  const page = await ask(second, '/console/workspace/team', { cookie });
  expect([page.status, page.headers.location]).toEqual([302, expect.stringContaining('/sign-in')]);
  const { apiKey } = signInOf(first, 'owner');
  expect((await ask(second, '/api/v1/me', { key: { apiKey } })).status).toBe(401);
});

const RANDOM = '0192f0aa-1111-7222-8333-444455556666';
const people = ['owner', 'account-admin'] as const;

/** Whatever has an id in its address, with an id of the first business: as a page asks, and as Remix's own client asks. */
async function foreignPages(who: (typeof people)[number]): Promise<string[]> {
  const paths = (await pagePaths()).filter((path) => path.includes(':') && path.startsWith('/console') === (who === 'owner'));
  const found = await Promise.all(paths.map((path) => addressOf(first, who, path)));
  return found.filter((address) => address !== undefined);
}

/** The last id of an address, and the address with a random one in its place. */
function withRandom(address: string): { id: string; random: string } {
  const id = address.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)!.at(-1)!;
  return { id, random: address.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, RANDOM) };
}

test('S7: ids of one business answer at the other exactly like random ones, by page and .data', async () => {
  let looked = 0;
  for (const who of people) {
    const cookie = await sessionOf(second, who);
    for (const address of await foreignPages(who)) {
      const { random } = withRandom(address);
      const ids = address.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g)!;
      for (const end of ['', '.data']) {
        expect((await ask(first, address + end, { cookie: await sessionOf(first, who) })).status, `${address}${end} is a page at home`).toBe(200);
        const [foreign, none] = [await ask(second, address + end, { cookie }), await ask(second, random + end, { cookie })];
        expect([foreign.status, none.status]).toEqual([404, 404]);
        expect(comparable(foreign, ...ids), `${who} ${address}${end}`).toBe(comparable(none, RANDOM));
        looked += 1;
      }
    }
  }
  expect(looked).toBeGreaterThan(16);
});

/** As far as bodies of the API are described. */
interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minimum?: number;
  readonly minLength?: number;
}
const CURRENCY = '^[A-Z]{3}$';
const FORMATS: Readonly<Record<string, string>> = { uuid: RANDOM, email: 'somebody@else.example', date: '2026-03-01', 'date-time': '2026-03-01T09:00:00Z' };

/** Something that a schema lets through, so that the use case is reached and looks for the id. */
function sampleOf(schema: Schema): unknown {
  if (schema.const !== undefined || schema.enum) return schema.const ?? schema.enum![0];
  if (schema.anyOf) return sampleOf(schema.anyOf[0]!);
  if (schema.type === 'object') return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties![name]!)]));
  if (schema.type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items!));
  if (schema.type === 'boolean') return true;
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (schema.pattern === CURRENCY) return 'USD';
  return FORMATS[schema.format ?? ''] ?? 'x'.repeat(Math.max(12, schema.minLength ?? 0));
}

/** Bodies of the operations, by method and path. */
async function bodiesOf(business: Business): Promise<(method: string, path: string) => unknown> {
  type Described = Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>;
  const { paths } = await demand<{ paths: Described }>(business, '/api/v1/openapi.json', { key: 'owner' });
  return (method, path) => {
    const schema = paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json']?.schema;
    return schema && sampleOf(schema);
  };
}

test('S7: ids of one business answer at the other exactly like random ones, by API and file', async () => {
  const bodyOf = await bodiesOf(second);
  const operations = (await routeLines()).filter(({ kind, path }) => kind === 'operation' && path.includes('{id}'));
  const ids = new Map<string, string>();
  for (const { path } of operations) {
    const list = path.slice(0, path.indexOf('/{id}'));
    if (!ids.has(list)) ids.set(list, (await ask(first, `${list}?limit=1`, { key: 'owner' })).json<{ data: { id: string }[] }>().data[0]?.id ?? '');
  }
  let looked = 0;
  for (const { method, path } of operations) {
    const id = ids.get(path.slice(0, path.indexOf('/{id}')));
    if (!id) continue;
    const question = { method, key: 'owner' as const, json: bodyOf(method, path) };
    const at = (one: string) => ask(second, path.replace('{id}', one).replace(/\{\w+\}/, RANDOM), question);
    const [foreign, none] = [await at(id), await at(RANDOM)];
    expect([foreign.status, none.status], `${method} ${path}: ${none.text}`).toEqual([404, 404]);
    expect(comparable(foreign, id), `${method} ${path}`).toBe(comparable(none, RANDOM));
    looked += 1;
  }
  expect(looked).toBeGreaterThan(12);
  const { logoUrl } = await demand<{ logoUrl: string }>(first, '/api/v1/workspace/branding', { key: 'owner' });
  const { pathname } = new URL(logoUrl);
  expect((await ask(first, pathname)).status).toBe(200);
  const [foreign, none] = [await ask(second, pathname), await ask(second, `/files/${RANDOM}`)];
  expect(foreign.status).toBe(404);
  expect(comparable(foreign, withRandom(pathname).id)).toBe(comparable(none, RANDOM));
});

test.each(['the first', 'the second'] as const)('S7: what %s business was told appears in nothing of the other', async (which) => {
  const [home, abroad] = which === 'the first' ? [first, second] : [second, first];
  const began = new Date().toISOString();
  const canary = `Kanarienvogel${fresh()}`;
  const market = await openMarket(home);
  await openOrder(market, 20);
  const leads = await Promise.all(Array.from({ length: 10 }, () => postLead(market, { name: `${canary} One`, note: canary, town: canary })));
  await demand(home, '/api/v1/returns', {
    key: 'account-admin',
    json: { leadId: leads[0]!.id, reason: 'Wrong number', note: canary },
  });
  await until('the business was told by mail', async () => (await mails(home)).some(({ html }) => html.includes(canary)));
  expect(await traces(home, canary), 'the canary sings at home').not.toEqual([]);
  expect(await traces(abroad, canary)).toEqual([]);
  const logs = path.join(dataFolder(), 'logs');
  expect(readdirSync(logs).length).toBeGreaterThan(1);
  expect(readdirSync(logs).filter((file) => readFileSync(path.join(logs, file), 'utf8').includes(canary))).toEqual([]);
  expect(await workflowsThatSay(canary, home, began)).toEqual([]);
});

/** Every operation that reads, with the id of the first thing that its list shows. */
async function readAddresses(business: Business, key: 'owner' | 'account-admin'): Promise<string[]> {
  const reads = (await routeLines()).filter(({ kind, method }) => kind === 'operation' && method === 'GET');
  const found = reads.map(async ({ path }): Promise<string | undefined> => {
    const [list] = path.split('/{id}');
    if (list === path) return path.includes('{') ? undefined : path;
    const answer = await ask(business, `${list}?limit=1`, { key });
    const id = answer.status === 200 ? answer.json<{ data?: { id: string }[] }>().data?.[0]?.id : undefined;
    return id === undefined ? undefined : path.replace('{id}', id).replace(/\/\{.*$/, '');
  });
  return (await Promise.all(found)).filter((path) => path !== undefined);
}

/** Where a word appears in pages, API answers (headers too) and mails of a business. */
async function traces(business: Business, word: string): Promise<string[]> {
  const found: string[] = [];
  const looked = async (where: string, answer: Answer) => {
    if (JSON.stringify(answer.headers).includes(word) || answer.text.includes(word)) found.push(where);
  };
  for (const who of ['owner', 'staff', 'account-admin', 'member'] as const) {
    const cookie = await sessionOf(business, who);
    for (const path of await pagePaths()) {
      const address = await addressOf(business, who, path);
      for (const end of address === undefined ? [] : ['', '.data']) await looked(`${who} ${address}${end}`, await ask(business, address + end, { cookie }));
    }
  }
  await looked('sign-in', await ask(business, '/sign-in'));
  for (const key of ['owner', 'account-admin'] as const) {
    for (const path of await readAddresses(business, key)) await looked(`API ${path} by ${key}`, await ask(business, path, { key }));
  }
  for (const mail of await mails(business)) if (JSON.stringify(mail).includes(word)) found.push(`mail ${mail.subject}`);
  return found;
}

/**
 * Workflows whose recorded history holds a word: payloads are ids only, so there is none. Looked at are the latest of the
 * installation, and those that a business began since an instant, of which there must be one.
 */
async function workflowsThatSay(word: string, { tenantId }: Business, since: string): Promise<string[]> {
  const { address, namespace } = theRun().temporal!;
  const connection = await Connection.connect({ address });
  const { workflow } = new Client({ connection, namespace });
  const idsOf = async (query?: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { workflowId } of workflow.list({ pageSize: 60, query })) if (ids.push(workflowId) === 60) break;
    return ids;
  };
  const own = await until('its process began', async () => {
    const ids = (await idsOf(`StartTime >= "${since}"`)).filter((id) => id.startsWith(`${tenantId}/returns.approval/`));
    return ids.length > 0 && ids;
  });
  const looked = new Set([...own, ...(await idsOf())]);
  const found: string[] = [];
  for (const workflowId of looked) {
    const { events } = await workflow.getHandle(workflowId).fetchHistory();
    const text = JSON.stringify(events, (_, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value));
    expect(text, 'a history is there to be searched').toContain('workflowExecutionStartedEventAttributes');
    if (text.includes(word)) found.push(workflowId);
  }
  await connection.close();
  return found;
}
