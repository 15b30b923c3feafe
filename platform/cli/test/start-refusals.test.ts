import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkoutRoot } from '../embedded/node-program.ts';
import { lockFolder } from '../start/folder-lock.mjs';
import { asProcessEnv, type Environment } from '../embedded/environment.ts';

const bootstrap = path.join(checkoutRoot(), 'platform/cli/bootstrap.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'refusal-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `npm start` as a person runs it. Every refusal must come within 5 s. */
async function start(args: string[], env: Environment = {}): Promise<{ code: number | null; lines: string[] }> {
  const began = performance.now();
  const child = spawn(process.execPath, [bootstrap, 'start', ...args], {
    env: asProcessEnv({ PATH: process.env.PATH, HOME: folder, ...env }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (more: string) => (text += more));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(text).not.toMatch(/^\s+at /m);
  return { code, lines: text.trim().split('\n') };
}

async function listening(): Promise<{ port: number; close(): void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, () => resolve()));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('npm start refuses in one sentence and without a stack trace', () => {
  it('when the port is busy', async () => {
    const other = await listening();
    expect(await start(['--data', folder, '--port', String(other.port)])).toEqual({
      code: 1,
      lines: [`Port ${other.port} is in use; choose another with --port.`],
    });
    other.close();
  });

  it('when the folder cannot be written to', async () => {
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, lines } = await start(['--data', path.join(file, 'data'), '--port', '0']);
    expect(code).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^The data folder .* cannot be written to \(ENOTDIR\)/)]);
  });

  it('when another starter runs on the folder, and not when that one has died', async () => {
    const unlock = lockFolder(folder);
    const { code, lines } = await start(['--data', folder, '--port', '0']);
    expect(code).toBe(1);
    expect(lines).toEqual([`Portico already runs on ${folder} (process ${process.pid}); stop it first or choose another folder with --data.`]);
    unlock!();
    writeFileSync(path.join(folder, 'starter.json'), JSON.stringify({ pid: process.pid, started: '1', command: 'an earlier life of this number' }));
    const again = lockFolder(folder);
    expect(again).toBeTypeOf('function');
    expect(lockFolder(folder)).toBeUndefined();
  });

  it('when several settings are wrong: one line each, all at once, and no password in any', async () => {
    const { code, lines } = await start(['--port', '99999'], {
      DATABASE_URL: 'mysql://u:hidden@h/d',
      TEMPORAL_ADDRESS: 'nowhere',
      SMTP_URL: 'mail',
      PORTICO_SECRET: 'short',
    });
    expect(code).toBe(1);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL', '--port', 'PORTICO_SECRET']);
    expect(lines.join()).not.toContain('hidden');
  });

  it('when given parts do not answer: each is named', async () => {
    const gone = await listening();
    gone.close();
    const at = `127.0.0.1:${gone.port}`;
    const { code, lines } = await start(['--data', folder, '--port', '0'], {
      DATABASE_URL: `postgres://a:b@${at}/d`,
      DATABASE_OWNER_URL: `postgres://c:d@${at}/d`,
      TEMPORAL_ADDRESS: at,
      SMTP_URL: `smtp://${at}`,
    });
    expect(code).toBe(1);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['DATABASE_URL', 'TEMPORAL_ADDRESS', 'SMTP_URL']);
  });

  it('when an argument is unknown, and when --reset would empty a folder of somebody else', async () => {
    expect((await start(['--prot', '1'])).lines[0]).toContain("Unknown option '--prot'");
    const foreign = path.join(folder, 'documents');
    mkdirSync(foreign);
    writeFileSync(path.join(foreign, 'letter.txt'), 'dear');
    expect((await start(['--data', foreign, '--port', '0', '--reset'])).lines).toEqual([
      `--reset would empty ${foreign}, which does not look like a data folder of Portico.`,
    ]);
  });
});
