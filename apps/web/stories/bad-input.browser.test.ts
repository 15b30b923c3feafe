import { beforeAll, expect, test } from 'vitest';
import {
  addressOf,
  type Answer,
  ask,
  type Business,
  demand,
  demoBusinesses,
  fresh,
  newBusiness,
  routeLines,
  rowCounts,
  sessionOf,
  until,
} from '@portico/testing/browser';
import { firstCustomer } from './test/first-customer.ts';
import { type FormField, formsOfPage, type PageForm } from './test/forms-of-page.ts';
import { marketOf, openOrder, postLead } from './test/lead-market.ts';

const RTL = '\u202Eשלום עולם مرحبا';
const MARKUP = '<script>alert(1)</script><img src=x onerror=alert(2)>';
/** What is typed into every field. `mustRefuse`: no field takes it; other texts may be somebody's name. */
const BAD = [
  { name: 'empty', text: '', mustRefuse: false },
  { name: '10,000 characters', text: 'long '.repeat(2_000), mustRefuse: true },
  { name: 'a character that no database keeps', text: '[object Object]\u0000', mustRefuse: true },
  { name: 'right-to-left', text: RTL, mustRefuse: false },
  { name: 'markup', text: MARKUP, mustRefuse: false },
];
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;
const SELF = new Set(['/sign-out', '/theme', '/portico/part-failures']);

let business: Business;
let foreignId: string;

/** A business of its own with one of everything, so that counts are nobody else's. */
beforeAll(async () => {
  const { business: first, accountId, cookie } = await firstCustomer(await newBusiness(`bad-${fresh()}`, 'Bad Input Ltd'), 'Ada and Sons');
  business = first;
  cookies.set('account-admin', cookie);
  const market = await marketOf(first, accountId, 'owner');
  await openOrder(market, 40, {}, 'owner');
  const leads = await Promise.all(Array.from({ length: 20 }, () => postLead(market, {}, 'owner')));
  await demand(first, '/api/v1/returns', { key: 'account-admin', json: { leadId: leads[0]!.id, reason: 'Wrong number' } });
  await demand(first, '/api/v1/leads/sources', { key: 'owner', json: { name: 'Website' } });
  foreignId = (await demand<{ data: { id: string }[] }>(demoBusinesses()[0], '/api/v1/leads?limit=1', { key: 'owner' })).data[0]!.id;
  await settledCounts();
}, 120_000);

const cookies = new Map<string, string>();
const cookieOf = async (who: 'owner' | 'account-admin') => cookies.get(who) ?? sessionOf(business, who);
const whoSees = (path: string) => (path.startsWith('/console') ? ('owner' as const) : ('account-admin' as const));

/** Row counts once nothing is on its way any more: mails and events of what was made before. */
const settledCounts = (): Promise<Record<string, number>> =>
  until('rows stay as they are', async () => {
    const before = await rowCounts(business);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const after = await rowCounts(business);
    return JSON.stringify(before) === JSON.stringify(after) && after;
  });

/** Every form of every page that writes, with the address of its page. */
async function everyForm(): Promise<{ path: string; address: string; who: 'owner' | 'account-admin'; form: PageForm }[]> {
  const writes = (await routeLines()).filter(({ kind, path }) => kind === 'write' && !SELF.has(path) && path !== '/sign-in');
  const found = [];
  for (const { path } of writes) {
    const who = whoSees(path);
    const address = await addressOf(business, who, path, await cookieOf(who));
    if (!address) continue;
    for (const end of path.includes(':leadId') ? ['', '?tab=returns'] : ['']) {
      const { text } = await ask(business, address + end, { cookie: await cookieOf(who) });
      for (const form of formsOfPage(text)) if (!SELF.has(form.action?.split('?')[0] ?? '')) found.push({ path, address: address + end, who, form });
    }
  }
  return found;
}

/** What the form would send: its own hidden fields, one of its buttons, and the text in every other field. */
function filled(form: PageForm, text: string, button?: PageForm['buttons'][number]): URLSearchParams {
  const sent = new URLSearchParams(button ? { [button.name]: button.value } : {});
  for (const { name, kind, value } of form.fields) if (kind === 'hidden') sent.append(name, value);
  for (const { name, kind } of form.fields) if (kind === 'text' || kind === 'secret' || kind === 'choice') sent.set(name, text);
  return sent;
}

test('every form answers bad input with 4xx and a sentence, keeps what was typed, and writes nothing', { timeout: 240_000 }, async () => {
  const problems: string[] = [];
  const forms = (await everyForm()).filter(({ form }) => form.fields.some(({ kind }) => kind !== 'hidden' && kind !== 'file'));
  expect(forms.length).toBeGreaterThan(15);
  for (const { path, address, who, form } of forms) {
    for (const { name, text, mustRefuse } of BAD) {
      for (const button of form.buttons.length > 0 ? form.buttons : [undefined]) {
        const before = await rowCounts(business);
        const answer = await ask(business, address, { cookie: await cookieOf(who), form: filled(form, text, button) });
        const where = `${path} (${form.fields.map((field) => field.name).join(', ')}), ${button?.value ?? 'its button'}, ${name}`;
        problems.push(...problemsOf(form, answer, text, mustRefuse).map((problem) => `${where}: ${problem}`));
        // What was accepted has consequences: mails, steps, events. They are waited for, so that the next refusal is looked at alone.
        if (answer.status < 400) await settledCounts();
        else if (JSON.stringify(await rowCounts(business)) !== JSON.stringify(before)) problems.push(`${where}: rows were written`);
      }
    }
  }
  expect(problems).toEqual([]);
});

/** What is wrong with the answer to a form full of `text`. */
function problemsOf(form: PageForm, answer: Answer, text: string, mustRefuse: boolean): string[] {
  if (answer.status >= 500) return [`answers ${answer.status}`];
  const hasText = form.fields.some(({ kind }) => kind === 'text');
  if (answer.status < 400) return mustRefuse && hasText ? [`is accepted with ${answer.status}`] : [];
  if (answer.status !== 422) return [404, 409, 413].includes(answer.status) ? [] : [`answers ${answer.status}`];
  const kept = escaped(text.replaceAll('\0', '')).slice(0, 60);
  return [
    ...(/aria-invalid="true"|role="alert"|ui-notice-bad/.test(answer.text) ? [] : ['has no sentence']),
    ...(!hasText || answer.text.includes(kept) ? [] : ['does not keep what was typed']),
    ...(answer.text.includes(MARKUP) ? ['hands markup on as it is'] : []),
  ];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#x27;');

/** Days that calendars have and businesses do not. */
const FAR_DAYS = ['0000-01-01', '9999-12-31'];
const TYPED = new Set(['number', 'date', 'email', 'select', 'radio']);
const GOOD: Readonly<Record<string, string>> = { number: '7', date: '2026-12-01', email: 'kept@words.example', tel: '+1 503 555 0142' };
/** Some texts have a form of their own; a choice without an option can only stay empty. */
const GOOD_NAMES: Readonly<Record<string, string>> = { userName: 'kept.words', words: 'leads.leads = Enquiries', places: '97030' };
const goodFor = ({ name, type, kind, value, options }: FormField): string =>
  value || options.at(-1) || (kind === 'choice' ? '' : (GOOD_NAMES[name.split('.').at(-1)!] ?? GOOD[type] ?? 'Kept Words'));

/** The form as somebody sends it who made one mistake. */
function withOneMistake(form: PageForm, bad: FormField, text: string): URLSearchParams {
  const sent = filled({ ...form, fields: form.fields.filter(({ kind }) => kind === 'hidden') }, '', form.buttons[0]);
  for (const field of form.fields) if (['text', 'secret', 'choice'].includes(field.kind)) sent.set(field.name, field === bad ? text : goodFor(field));
  return sent;
}

/** What is wrong with the answer to one mistake: it is said at that field, and everything else comes back as it was typed. */
function problemsOfOne(form: PageForm, answer: Answer, bad: FormField, text: string): string[] {
  if (answer.status !== 422) return [`answers ${answer.status}`];
  const told = (one: PageForm) => one.fields.map(({ name, kind, value }) => `${name} ${kind === 'hidden' ? value : kind}`).join();
  const back = formsOfPage(answer.text).find((one) => told(one) === told(form));
  if (!back) return ['the form is not there again'];
  return back.fields.flatMap((field) => {
    if (field.name === bad.name)
      return [...(field.isWrong ? [] : ['is not marked']), ...(field.kind === 'text' && field.value !== text ? ['does not keep the mistake'] : [])];
    const asked = form.fields.find(({ name }) => name === field.name)!;
    const isKept = !['text', 'choice'].includes(field.kind) || field.value === goodFor(asked);
    return isKept ? [] : [`loses ${field.name}: "${field.value}" for "${goodFor(asked)}"`];
  });
}

test('a wrong type is refused at its field, and the good ones beside it come back', { timeout: 240_000 }, async () => {
  const problems: string[] = [];
  let looked = 0;
  for (const { path, address, who, form } of await everyForm()) {
    const typed = form.fields.filter(({ type, kind }) => TYPED.has(type) && kind !== 'hidden');
    const mistakes = [
      ...typed.map((one) => [one, 'abc'] as const),
      ...typed.filter(({ type }) => type === 'date').flatMap((one) => FAR_DAYS.map((day) => [one, day] as const)),
      ...form.fields.filter(({ kind }) => kind === 'text').map((one) => [one, 'long '.repeat(2_000).trim()] as const),
    ];
    for (const [bad, mistake] of mistakes) {
      const answer = await ask(business, address, { cookie: await cookieOf(who), form: withOneMistake(form, bad, mistake) });
      problems.push(...problemsOfOne(form, answer, bad, mistake).map((problem) => `${path}, ${bad.type} ${bad.name}: ${problem}`));
      looked += 1;
    }
  }
  expect(looked).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});

test('every form with an id answers the id of another business like one that never was, and writes nothing', async () => {
  const before = await settledCounts();
  const problems: string[] = [];
  let looked = 0;
  for (const { path, address, who, form } of await everyForm()) {
    if (!form.fields.some(({ kind, value }) => kind === 'choice' || UUID.test(value))) continue;
    const sent = filled(form, foreignId);
    for (const { name, kind, value } of form.fields) if (kind === 'hidden' && UUID.test(value)) sent.set(name, foreignId);
    for (const button of form.buttons.length > 0 ? form.buttons : [{ name: '', value: '' }]) {
      if (button.name) sent.set(button.name, button.value);
      const { status } = await ask(business, address, { cookie: await cookieOf(who), form: sent });
      if (status < 400 || status >= 500) problems.push(`${path} ${sent.toString().slice(0, 120)} answers ${status}`);
      looked += 1;
    }
  }
  expect(looked).toBeGreaterThan(5);
  expect(problems).toEqual([]);
  expect(await settledCounts()).toEqual(before);
});

interface Schema {
  readonly type?: string;
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly allOf?: Schema[];
  readonly anyOf?: Schema[];
  readonly oneOf?: Schema[];
}

/** The names that a body may have, as the description of the API tells them. */
const namesIn = (schema: Schema | undefined): string[] => [
  ...Object.keys(schema?.properties ?? {}),
  ...[...(schema?.allOf ?? []), ...(schema?.anyOf ?? []), ...(schema?.oneOf ?? [])].flatMap(namesIn),
];

/** The settings of one plugin: what they are the plugin says, and the description of the API does not. */
const IS_SETTINGS = /\/plugins\/[\w-]+\/settings$/;
const settingsSchema = async (at: string): Promise<Schema> => (await demand<{ schema: Schema }>(business, at, { key: 'owner' })).schema;

/** Every API operation that takes a body: its address here, and the names of its fields. */
async function everyBody(): Promise<{ method: string; at: string; names: string[] }[]> {
  const api = await demand<{ paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>> }>(
    business,
    '/api/v1/openapi.json',
    { key: 'owner' },
  );
  const found = [];
  for (const [path, operations] of Object.entries(api.paths)) {
    for (const [method, { requestBody }] of Object.entries(operations)) {
      if (!requestBody) continue;
      const at = await operationAddress(path.startsWith('/api') ? path : `/api/v1${path}`);
      const schema = IS_SETTINGS.test(at) ? await settingsSchema(at) : requestBody.content['application/json']?.schema;
      found.push({ method: method.toUpperCase(), at, names: [...new Set(namesIn(schema))] });
    }
  }
  return found;
}

test('every API operation answers bad bodies with 4xx and a sentence for each field, and writes nothing', { timeout: 240_000 }, async () => {
  const problems: string[] = [];
  let looked = 0;
  const before = await settledCounts();
  for (const { method, at, names } of await everyBody()) {
    const key = at.endsWith('/returns') ? ('account-admin' as const) : ('owner' as const);
    // To change nothing of a row is nothing bad, and settings that are left out have their defaults.
    for (const [what, body] of badBodies(names).filter(([what]) => (method !== 'PATCH' && !IS_SETTINGS.test(at)) || what !== 'nothing')) {
      const answer = await ask(business, at, { key, method, headers: { 'content-type': 'application/json' }, body });
      const isFine = answer.status >= 400 && answer.status < 500;
      if (!isFine) problems.push(`${method} ${at}, ${what}: ${answer.status} ${answer.text.slice(0, 100)}`);
      else if (answer.status === 422) problems.push(...withoutField(answer, names).map((problem) => `${method} ${at}, ${what}: ${problem}`));
      looked += 1;
    }
  }
  expect(looked).toBeGreaterThan(60);
  expect(problems).toEqual([]);
  expect(await settledCounts()).toEqual(before);
});

/** Problems of an answer that lack a sentence, or that name nothing which the body has or could have. */
function withoutField(answer: Answer, names: readonly string[]): string[] {
  const { errors = [] } = answer.json<{ errors?: { field: string; message: string }[] }>();
  if (errors.length === 0) return ['names no problem'];
  // what is no object at all has no fields: then the sentence says that
  const isNamed = (field: string, message: string) =>
    names.some((name) => field === name || field.startsWith(`${name}.`)) || (field === '' && message === 'Give an object with named fields.');
  return errors.filter(({ field, message }) => message.length <= 5 || !isNamed(field, message)).map((one) => `says ${JSON.stringify(one)}`);
}

/** A real id of this business in place of `{id}`, where a list has one. */
async function operationAddress(path: string): Promise<string> {
  const list = path.slice(0, path.indexOf('/{'));
  if (!path.includes('{')) return path;
  const [row] = (await ask(business, `${list}?limit=1`, { key: 'owner' })).json<{ data?: { id?: string; key?: string }[] }>().data ?? [];
  return path.replace(/\{\w+\}/, row?.id ?? row?.key ?? foreignId).replace(/\{\w+\}/g, foreignId);
}

function badBodies(names: readonly string[]): [string, string][] {
  const all = (value: unknown) => JSON.stringify(Object.fromEntries(names.map((name) => [name, value])));
  return [
    ['nothing', '{}'],
    ['no JSON', '{"a":'],
    ['a list', '[]'],
    ['null', 'null'],
    ['10,000 characters', all('long '.repeat(2_000))],
    ['a number', all(-1.5)],
    ['an object', all({ $ne: null })],
    ['right-to-left text', all(`${RTL}\u0000`)],
    ['markup', all(`${MARKUP}\u0000`)],
    ...(names.some((name) => /On$/.test(name)) ? FAR_DAYS.map((day): [string, string] => [`the day ${day}`, all(day)]) : []),
    // A name may look like an id; only what is read as one must be refused.
    ...(names.some((name) => /Ids?$/.test(name)) ? [['an id of another business', all(foreignId)] as [string, string]] : []),
  ];
}

test('every list and page answers a garbled address without failing', async () => {
  const garbled = [
    'limit=x',
    'limit=-1',
    'limit=100000',
    'cursor=nonsense',
    'cursor=WyJhIiwiYiJd',
    'before=nonsense',
    'sort=nonsense',
    'q=%00',
    `q=${'w'.repeat(3_000)}`,
    'from=yesterday&to=2026-13-45',
    'from=0000-01-01',
    'to=9999-12-31',
    'status=nonsense&type=1&order=2&state=3&access=4',
  ];
  const lines = (await routeLines()).filter(({ method, path }) => method === 'GET' && !/[:{*]/.test(path) && !/readyz|__manifest|openapi/.test(path));
  const problems: string[] = [];
  for (const { kind, path } of lines) {
    for (const query of garbled) {
      const who = whoSees(path);
      const { status } = await ask(business, `${path}?${query}`, kind === 'operation' ? { key: 'owner' } : { cookie: await cookieOf(who) });
      if (status >= 500) problems.push(`${path}?${query.slice(0, 60)} answers ${status}`);
    }
  }
  expect(lines.length).toBeGreaterThan(25);
  expect(problems).toEqual([]);
});

/** Where text is kept that people typed: how it gets there, where the API tells it, where a page shows it. */
const KEPT: readonly { readonly post: string; readonly json: (text: string) => Record<string, unknown>; readonly list: string; readonly page: string }[] = [
  { post: '/api/v1/leads/sources', json: (name) => ({ name }), list: '/api/v1/leads/sources', page: '/console/leads/sources' },
  {
    post: '/api/v1/accounts',
    json: (name) => ({ name, admin: { name, email: `${fresh()}@kept.example`, password: 'a first password' } }),
    list: '/api/v1/accounts',
    page: '/console/accounts',
  },
  {
    post: '/api/v1/workspace/staff',
    json: (name) => ({ name, email: `${fresh()}@kept.example`, password: 'a first password' }),
    list: '/api/v1/workspace/staff',
    page: '/console/workspace/team',
  },
];

test('right-to-left text and markup that the API takes are kept as text, and shown as text', async () => {
  // Names are given once, so each has an end of its own.
  for (const text of [RTL, MARKUP].map((one) => `${one} ${fresh()}`)) {
    for (const { post, json, list, page } of KEPT) {
      const { id } = await demand<{ id: string }>(business, post, { key: 'owner', json: json(text) });
      const { data } = await demand<{ data: { id: string; name: string }[] }>(business, `${list}?limit=100`, { key: 'owner' });
      expect(data.find((one) => one.id === id)?.name, post).toBe(text);
      const shown = await ask(business, `${page}?limit=100`, { cookie: await cookieOf('owner') });
      expect(shown.status).toBe(200);
      expect(shown.text, page).toContain(escaped(text));
      expect(shown.text, page).not.toContain(MARKUP);
    }
  }
});

test('right-to-left text and markup in every field of the API are refused or kept, never a failure', async () => {
  const problems: string[] = [];
  let looked = 0;
  for (const { method, at, names } of await everyBody()) {
    for (const text of [RTL, MARKUP]) {
      const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, text])));
      const key = at.endsWith('/returns') ? ('account-admin' as const) : ('owner' as const);
      const answer = await ask(business, at, { key, method, headers: { 'content-type': 'application/json' }, body });
      if (answer.status >= 500) problems.push(`${method} ${at}: ${answer.status} ${answer.text.slice(0, 100)}`);
      if (answer.status < 300 && answer.text.includes('name') && !answer.text.includes(JSON.stringify(text).slice(1, -1)))
        problems.push(`${method} ${at}: keeps another text`);
      looked += 1;
    }
  }
  expect(looked).toBeGreaterThan(20);
  expect(problems).toEqual([]);
});
