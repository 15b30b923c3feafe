import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RequestHandler } from 'express';
import { createHost, type Core } from '@portico/core';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What to ask with; the host's name stands in the Host header, as a browser sends it. */
export interface Question {
  readonly method?: string;
  readonly host: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The host of a core on a port of its own, with a stand-in for pages. */
export async function openHost(core: Core, pages: RequestHandler) {
  const server = createServer(createHost(core, { pages })).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  const ask = (path: string, { method, host, headers = {}, body }: Question): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const options = { host: '127.0.0.1', port, path, method: method ?? (body === undefined ? 'GET' : 'POST'), agent: false as const };
      const asked = httpRequest({ ...options, headers: { host, ...length, ...headers } }, (came) => {
        let text = '';
        came.setEncoding('utf8').on('data', (part: string) => (text += part));
        came.once('end', () => resolve({ status: came.statusCode ?? 0, headers: came.headers, text }));
      });
      asked.once('error', reject);
      asked.end(body);
    });
  return { ask, close: () => void server.close() };
}
