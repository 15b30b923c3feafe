import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiVersion } from '../api/render.ts';
import { answerCall, type Asked, Dropped, type House, type Told } from './answer-call.ts';

const longestBody = 256 * 1024;

/** What a page of the sandbox answers; undefined: there is none. */
export type Pages = (request: IncomingMessage, url: URL, body: string) => Promise<PageAnswer | undefined>;

export interface PageAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Listens on 127.0.0.1: the API at /v1, pages everywhere else. */
export async function listen(house: House, pages: Pages, port: number): Promise<{ port: number; server: Server }> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    receive(house, pages, request, response).catch((failure: Error) => {
      if (!(failure instanceof Dropped)) console.error(failure.stack);
      request.socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return { port: (server.address() as AddressInfo).port, server };
}

async function receive(house: House, pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = request.method === 'GET' ? '' : await bodyOf(request);
  const target = request.url ?? '/';
  if (!target.startsWith('/v1/')) return await showPage(pages, request, response, body);
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  const asked: Asked = { method: request.method!, path, query: cut === -1 ? '' : target.slice(cut + 1), headers: request.headers, body };
  const told = await answerCall(house, asked);
  tell(response, asked, told);
}

function tell(response: ServerResponse, { headers: asked }: Asked, { status, body, requestId, headers, logged }: Told): void {
  const version = asked['stripe-version'];
  const key = asked['idempotency-key'];
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-cache, no-store',
    'request-id': requestId,
    'stripe-version': typeof version === 'string' ? version : apiVersion,
    ...(typeof key === 'string' ? { 'idempotency-key': key, 'original-request': requestId } : {}),
    ...headers,
  });
  response.end(body);
  logged.state = 'answered';
  logged.status = status;
  logged.answeredAt = Date.now();
}

async function showPage(pages: Pages, request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const found = await pages(request, new URL(request.url ?? '/', 'http://sandbox.invalid'), body);
  const { status, type, body: text, headers } = found ?? { status: 404, type: 'text/plain; charset=utf-8', body: 'There is nothing here.' };
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  response.end(text);
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size > longestBody) reject(new Dropped());
      else parts.push(part);
    });
    request.once('end', () => resolve(parts.length === 1 ? parts[0]!.toString('utf8') : Buffer.concat(parts).toString('utf8')));
    request.once('error', reject);
  });
}
