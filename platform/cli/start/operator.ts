import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mergeMetrics } from './merge-metrics.ts';

export interface OperatorOptions {
  port: number;
  state: () => string;
  /** Each part of the installation by name, and whether it works. Asked at every `/readyz`. */
  parts: () => Record<string, () => Promise<boolean>>;
  /** Operator ports of the processes that have metrics of their own. */
  metricPorts: () => Record<string, number>;
  restarts: () => Record<string, number>;
}

/**
 * The starter's operator port, on 127.0.0.1 only: `/readyz` answers 200 when every part works and names each, `/metrics`
 * is what all processes say, each sample labelled with its process.
 */
export async function listenForOperator(options: OperatorOptions): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://operator.invalid').pathname;
    const answer = path === '/readyz' ? readiness(options) : path === '/metrics' ? metrics(options) : Promise.resolve(notFound);
    answer.then(
      (found) => send(response, found),
      (failure: Error) => send(response, { status: 500, type: 'text/plain', body: failure.message }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

type Answer = { status: number; type: string; body: string };
const notFound: Answer = { status: 404, type: 'text/plain', body: 'There is /readyz and /metrics.\n' };

async function readiness(options: OperatorOptions): Promise<Answer> {
  const asked = Object.entries(options.parts());
  const answers = await Promise.all(asked.map(async ([name, works]) => [name, (await works()) ? 'ready' : 'not ready'] as const));
  const ready = options.state() === 'ready' && answers.every(([, answer]) => answer === 'ready');
  return { status: ready ? 200 : 503, type: 'application/json', body: JSON.stringify({ state: options.state(), parts: Object.fromEntries(answers) }) };
}

async function metrics(options: OperatorOptions): Promise<Answer> {
  const asked = Object.entries(options.metricPorts()).map(async ([process, port]) => {
    const response = await answerOf(`http://127.0.0.1:${port}/metrics`);
    return { process, text: response?.ok ? await response.text() : '' };
  });
  const restarts = Object.entries(options.restarts()).map(([name, count]) => `portico_process_restarts_total{name="${name}"} ${count}`);
  const own = [
    '# HELP portico_process_restarts_total Times that a process ended by itself and was started again.',
    '# TYPE portico_process_restarts_total counter',
    ...restarts,
  ].join('\n');
  return {
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: mergeMetrics([{ process: 'starter', text: own }, ...(await Promise.all(asked))]),
  };
}

/** A process that is down or hangs counts as not answering. */
export async function answerOf(url: string): Promise<Response | undefined> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(2_000) });
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
