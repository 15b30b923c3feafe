import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { bundleWorkflows, installationRoot, openCore, startWorker, WrongConfiguration, UnsafeDatabaseRole, type Core, type RunningWorker } from '@portico/core';

/** The worker process: Temporal's workflows and activities, and the relay of outbox, mail and repair. */
async function main(): Promise<void> {
  const core = await openCore({ processName: 'worker' });
  const worker = await startWorker(core, await workflowCode(core));
  const operator = await openOperatorPort(core);
  process.once('SIGTERM', () => void shutDown(core, worker, operator));
  process.once('SIGINT', () => void shutDown(core, worker, operator));
  console.log(JSON.stringify({ portico: 'ready', port: (operator.address() as AddressInfo).port }));
  await worker.ended;
}

// The build makes the bundle beside this file; without one (development) it is made now.
async function workflowCode(core: Core) {
  const built = fileURLToPath(new URL('./workflows.js', import.meta.url));
  return existsSync(built) ? { codePath: built } : bundleWorkflows(core.registry, installationRoot());
}

async function openOperatorPort(core: Core) {
  const server = createServer((request, response) => void answer(core, request.url ?? '/', response));
  await new Promise<void>((ready) => server.listen(Number(process.env.OPERATOR_PORT ?? 0), '127.0.0.1', ready));
  return server;
}

async function answer(core: Core, path: string, response: import('node:http').ServerResponse): Promise<void> {
  try {
    if (path === '/metrics') return void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await core.metrics());
    if (path !== '/readyz') return void response.writeHead(404).end();
    const parts = await core.health();
    const ready = Object.values(parts).every((state) => state === 'ok');
    response.writeHead(ready ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify({ parts }));
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

async function shutDown(core: Core, worker: RunningWorker, operator: import('node:http').Server): Promise<void> {
  operator.close();
  await worker.stop();
  await core.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  const told = error instanceof WrongConfiguration || error instanceof UnsafeDatabaseRole;
  console.error(told ? error.message : error);
  process.exit(1);
});
