import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mailListPage, mailPage } from './mail-page.ts';
import type { MessageStore } from './message-store.ts';
import { parseOrders, type Behaviour } from './misbehaviour.ts';

type Answer = { status: number; type: string; body: string | Buffer; headers?: Record<string, string> };

/** The page, the API and the control endpoint, on 127.0.0.1 only. */
export async function listenForReaders(store: MessageStore, behaviour: Behaviour, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, store, behaviour).then(
      (found) => send(response, found),
      (failure: Error) => send(response, json(400, { error: failure.message })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, store: MessageStore, behaviour: Behaviour): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://mailbox.invalid');
  const what = `${request.method} ${url.pathname}`;
  if (!fromThisMachineItself(request)) return json(403, { error: 'A page of another origin may not use the mailbox.' });
  switch (what) {
    case 'GET /':
      return html(mailListPage(store.list()));
    case 'GET /readyz':
      return json(200, { mailbox: 'ready' });
    case 'GET /api/messages':
      return listMessages(url.searchParams, store);
    case 'DELETE /api/messages':
      store.clear();
      return { status: 204, type: 'text/plain', body: '' };
    case 'GET /control':
      return json(200, behaviour.orders);
    case 'POST /control':
      behaviour.tell(parseOrders(JSON.parse(await bodyOf(request))));
      return json(200, behaviour.orders);
    default:
      return request.method === 'GET' ? oneMessage(url.pathname, store) : notFound();
  }
}

/** `after`: only what came later than the mail with this id, for a reader that keeps up with more than the mailbox holds. */
function listMessages(query: URLSearchParams, store: MessageStore): Answer {
  const after = query.get('after') ?? undefined;
  if (after !== undefined && !/^\d{1,15}$/.test(after)) return json(400, { error: '"after" is the id of a mail: a whole number.' });
  return json(
    200,
    store.list({ business: query.get('business') ?? undefined, to: query.get('to') ?? undefined, after: after === undefined ? 0 : Number(after) }),
  );
}

async function oneMessage(path: string, store: MessageStore): Promise<Answer> {
  const [, id, part, index] = /^\/messages\/(\d+)(?:\/(source|attachments)(?:\/(\d+))?)?$/.exec(path) ?? [];
  const message = id === undefined ? undefined : store.get(id);
  if (!message) return notFound();
  if (part === undefined) return html(mailPage(message));
  if (part === 'source') return { status: 200, type: 'text/plain; charset=utf-8', body: store.source(message.id)! };
  const found = await store.attachment(message.id, Number(index));
  if (!found) return notFound();
  const name = found.filename.replace(/[^\w.-]/g, '_');
  return { status: 200, type: 'application/octet-stream', body: found.content, headers: { 'content-disposition': `attachment; filename="${name}"` } };
}

/** A web page elsewhere must not read or empty the mailbox through somebody's browser. */
function fromThisMachineItself(request: IncomingMessage): boolean {
  const { origin, host } = request.headers;
  const name = host?.replace(/:\d+$/, '') ?? '';
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(name)) return false;
  return origin === undefined || origin === `http://${host}`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk as string;
    if (body.length > 10_000) throw new Error('That is too long.');
  }
  return body;
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}

function html(body: string): Answer {
  return { status: 200, type: 'text/html; charset=utf-8', body };
}

function notFound(): Answer {
  return json(404, { error: 'There is nothing here.' });
}

function send(response: ServerResponse, found: Answer): void {
  response.writeHead(found.status, {
    'content-type': found.type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; frame-src 'self'; form-action 'none'",
    ...found.headers,
  });
  response.end(found.body);
}
