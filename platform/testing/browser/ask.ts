import { request, type IncomingHttpHeaders } from 'node:http';
import { inject } from 'vitest';
import { type Business, type Kind, signInOf, theRun } from './installation.ts';

/** How to ask: `json` or `form` is the body. `key`: whose ability, or `source` for the key of a lead source. */
export interface Question {
  readonly method?: string;
  readonly key?: Kind | 'source' | { readonly apiKey: string };
  readonly cookie?: string;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>> | URLSearchParams;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. `json()` throws when it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json<T>(): T;
}

/**
 * Asks a business over HTTP, as a program does. Node's own fetch drops the Host header and knows no *.localhost names, so
 * this speaks to 127.0.0.1 and names the business in the header.
 */
export function ask(business: Pick<Business, 'url'> & Partial<Business>, path: string, question: Question = {}): Promise<Answer> {
  const { host, port, protocol } = new URL(business.url);
  const body = bodyOf(question);
  const headers = {
    host,
    ...headersOf(business, question, `${protocol}//${host}`),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...question.headers,
  };
  const method = question.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, method, path, headers }, (came) => {
      const parts: Buffer[] = [];
      came.on('data', (part: Buffer) => parts.push(part));
      came.once('error', reject);
      came.once('end', () => resolve(answerOf(came.statusCode ?? 0, came.headers, Buffer.concat(parts).toString('utf8'))));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

function bodyOf({ json, form, body }: Question): string | undefined {
  if (json !== undefined) return JSON.stringify(json);
  return form === undefined ? body : new URLSearchParams(form as Record<string, string>).toString();
}

/** A form comes from a page of this very origin, as a browser would say. */
function headersOf(business: Partial<Business>, { json, form, key, cookie }: Question, origin: string): Record<string, string> {
  return {
    ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', origin, 'sec-fetch-site': 'same-origin' }),
    ...(key === undefined ? {} : { authorization: `Bearer ${keyOf(business as Business, key)}` }),
    ...(cookie === undefined ? {} : { cookie }),
  };
}

function keyOf(business: Business, key: NonNullable<Question['key']>): string {
  if (typeof key === 'object') return key.apiKey;
  if (key !== 'source') return signInOf(business, key).apiKey;
  if (!business.apiKey) throw new Error(`${business.slug} has no key of a lead source.`);
  return business.apiKey;
}

const answerOf = (status: number, headers: IncomingHttpHeaders, text: string): Answer => ({ status, headers, text, json: <T>() => JSON.parse(text) as T });

/** Asks the API and demands success; answers the parsed body. Throws Error that shows the refusal. */
export async function demand<T>(business: Business, path: string, question: Question): Promise<T> {
  const answer = await ask(business, path, question);
  if (answer.status >= 300)
    throw new Error(
      `${question.method ?? (question.json === undefined ? 'GET' : 'POST')} ${path} of ${business.slug} answered ${answer.status}: ${answer.text.slice(0, 600)}`,
    );
  return answer.text === '' ? (undefined as T) : answer.json<T>();
}

const sessions = new Map<string, Promise<string>>();

/** The cookie of somebody who signed in, as a browser would send it. One sign-in for each person and test file. */
export function sessionOf(business: Business, who: Kind): Promise<string> {
  const { login, password } = signInOf(business, who);
  const name = `${business.slug}/${login}`;
  const known = sessions.get(name) ?? openSession(business, login, password);
  sessions.set(name, known);
  return known;
}

async function openSession(business: Business, login: string, password: string): Promise<string> {
  const { status, headers } = await ask(business, '/sign-in', { form: { login, password } });
  const cookie = headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ');
  if (status !== 303 || !cookie) throw new Error(`${login} could not sign in at ${business.slug}: ${status}`);
  return cookie;
}

/** A mail as the mailbox tells of it. */
export interface Mail {
  readonly messageId: string;
  readonly business: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly receivedAt: string;
}

/** Mails of a business, oldest first; to one address only when it is given. */
export async function mails(business: Pick<Business, 'slug'>, to?: string): Promise<Mail[]> {
  const { mailbox } = theRun();
  if (!mailbox) throw new Error('The installation has no mailbox of its own.');
  const query = new URLSearchParams({ business: business.slug, ...(to ? { to } : {}) });
  const found = await (await fetch(`${mailbox.url}/api/messages?${query.toString()}`)).json();
  return (found as Mail[]).toSorted((a, b) => a.receivedAt.localeCompare(b.receivedAt));
}

/** Asks again and again until the answer is one; fails after `seconds` with what was waited for. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`After ${seconds} s there is still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

/** The data folder of the installation under test. */
export const dataFolder = (): string => inject('installation').data;
