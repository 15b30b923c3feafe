import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import { createHost, openCore, ready, WrongConfiguration, type Core } from '@portico/core';
import { liveReload } from './live-reload.ts';
import { pagesOf } from './pages.ts';

/** The starter kills what has not ended after 3 s: until then the product lets go of requests by itself, and says so. */
const ENDING_MS = 2_500;

async function main(): Promise<void> {
  try {
    const core = await openCore({ processName: 'web' });
    const web = await listen(portal(core, await builtPages()), Number(process.env.PORT ?? 0), process.env.HOST ?? '127.0.0.1');
    const operator = await listen(operatorOf(core), Number(process.env.OPERATOR_PORT ?? 0), '127.0.0.1');
    endOnSignal(core, [web, operator]);
    console.info(JSON.stringify({ portico: 'ready', port: portOf(web), operatorPort: portOf(operator) }));
  } catch (error) {
    console.error(error instanceof WrongConfiguration ? error.message : error);
    process.exitCode = 1;
  }
}

function portal(core: Core, build: ServerBuild): Express {
  const app = express();
  app.disable('x-powered-by');
  const troubleFile = process.env.PORTICO_LIVE_RELOAD; // `npm run dev` alone
  if (troubleFile) app.use(liveReload(troubleFile));
  app.use(compression() as unknown as RequestHandler); // its types are those of another Express
  app.use(createHost(core, { pages: pagesOf(build), assetsDir: path.join(appFolder(), 'build', 'client', 'assets') }));
  return app;
}

/** apps/web, from this file's place in `dist`. */
function appFolder(): string {
  return path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
}

async function builtPages(): Promise<ServerBuild> {
  return (await import(pathToFileURL(path.join(appFolder(), 'build', 'server', 'index.js')).href)) as ServerBuild;
}

/** What only the operator sees, on loopback: readiness and figures. */
function operatorOf(core: Core): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/readyz', (_request, response, next) => {
    ready(core, response, { toAnybody: false }).catch(next);
  });
  app.get('/metrics', (_request, response, next) => {
    core
      .metrics()
      .then((text) => response.type('text/plain; version=0.0.4').send(text))
      .catch(next);
  });
  return app;
}

function listen(app: Express, port: number, host: string): Promise<Server> {
  const server = createServer(app);
  // A body that trickles in must not hold a connection for ever.
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

// No new requests; those that run are answered; then the database is let go.
function endOnSignal(core: Core, servers: readonly Server[]): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(cutOff, ENDING_MS).unref();
    const closed = servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    // A browser keeps its connection after the answer: it is let go as soon as nothing is asked on it.
    setInterval(() => servers.forEach((server) => server.closeIdleConnections()), 100).unref();
    Promise.all(closed)
      .then(() => core.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function cutOff(): never {
  console.error(JSON.stringify({ level: 'warn', message: `ended with requests that were not answered within ${ENDING_MS} ms` }));
  process.exit(1);
}

await main();
