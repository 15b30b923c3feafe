import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRunFile } from '@portico/cli/run-file';
import type { TestProject } from 'vitest/node';
import { startBrowser } from './browser/open-browser.ts';

const starter = path.resolve(import.meta.dirname, '../cli/bootstrap.mjs');

/**
 * What browser tests stand on: a whole installation from the production build, started as a person starts it, and one
 * Chromium. `PORTICO_RUN` names the run.json of an installation that is up already; it is left as it is.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.PORTICO_RUN;
  const installation = given ? undefined : await startInstallation();
  const data = given ? path.dirname(path.resolve(given)) : installation!.data;
  const browser = await startBrowser();
  project.provide('installation', { data, endpoint: browser.wsEndpoint() });
  return async () => {
    await browser.close();
    await installation?.stop();
  };
}

async function startInstallation() {
  const parent = mkdtempSync(path.join(tmpdir(), 'portico-browser-'));
  chmodSync(parent, 0o755); // Postgres runs as another user when we are root
  const data = path.join(parent, 'data');
  const child = spawn(process.execPath, [starter, 'start', '--data', data, '--port', '0', '--demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await ready(child, data, said);
  return {
    data,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) child.kill('SIGTERM') && (await ended);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** Waits for `ready` in run.json. Throws with what the starter said when it ends or takes longer than five minutes. */
async function ready(child: ChildProcess, data: string, said: readonly string[]): Promise<void> {
  const end = performance.now() + 300_000;
  while (stateOf(data) !== 'ready') {
    if (child.exitCode !== null || performance.now() > end) {
      child.kill('SIGTERM');
      throw new Error(`The installation for the browser tests did not become ready:\n${said.join('').slice(-4_000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function stateOf(data: string): string | undefined {
  try {
    return readRunFile(data).state;
  } catch (failure) {
    if (/Nothing was started/.test((failure as Error).message)) return undefined;
    throw failure;
  }
}
