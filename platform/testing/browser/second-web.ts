import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Answer, ask, dataFolder, type Question } from './ask.ts';
import { type Business, theRun } from './installation.ts';

/** A web process: asks it as the business's own address would be asked. */
export interface Web {
  ask(business: Business, path: string, question?: Question): Promise<Answer>;
}

/** The web process that the installation itself runs. */
export const firstWeb: Web = { ask };

/**
 * Another web process over the same database, as a larger installation has several, on a port of its own. It answers for
 * the same host names. Throws Error with what it said when it does not come up within a minute.
 */
export async function startSecondWeb(): Promise<Web & { stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../../apps/web/dist/server.js')], {
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'exit');
  const port = await Promise.race([portOf(child.stdout), ended.then(() => Promise.reject(new Error(`The second web ended: ${said.join('')}`)))]);
  return {
    ask: (business, address, question = {}) => {
      const { host, hostname } = new URL(business.url);
      return ask({ ...business, url: `http://${hostname}:${port}` }, address, { ...question, headers: { host, ...question.headers } });
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface(output)) {
    const { portico, port } = JSON.parse(line) as { portico?: string; port?: number };
    if (portico === 'ready' && port) return port;
  }
  throw new Error('The second web ended before it was ready.');
}

function environment(): NodeJS.ProcessEnv {
  const { database, businesses } = theRun();
  const { secret } = JSON.parse(readFileSync(path.join(dataFolder(), 'secrets.json'), 'utf8')) as { secret: string };
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...{ PATH, HOME, TMPDIR, TZ: 'UTC', LANG: 'C.UTF-8', NODE_ENV: 'production', PORT: '0', HOST: '127.0.0.1', PORTICO_CLOCK: 'movable' },
    DATABASE_URL: database!.runtime,
    PORTICO_SECRET: secret,
    PORTICO_PUBLIC_PORT: new URL(businesses[0]!.url).port,
  };
}
