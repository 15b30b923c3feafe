import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded/index.ts';

let folder: string;
let running: EmbeddedPostgres[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'postgres-test-'));
  chmodSync(folder, 0o755);
  running = [];
});
afterEach(async () => {
  for (const server of running) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dir: path.join(folder, 'pg'), ...options });
  running.push(server);
  return server;
}

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded Postgres', () => {
  it('gives an owner that may migrate and a runtime role that owns and bypasses nothing', async () => {
    const server = await start({ ephemeral: true });
    const roles = await query(
      server.superuserUrl,
      `select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname like 'portico\\_%' and rolcanlogin and not rolsuper order by 1`,
    );
    const plain = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false };
    expect(roles).toEqual([
      { rolname: 'portico_owner', ...plain },
      { rolname: 'portico_runtime', ...plain },
    ]);
    await query(server.ownerUrl, 'create schema portico; create table portico.t (id int)');
    await expect(query(server.runtimeUrl, 'create schema mine')).rejects.toThrow(/permission denied/);
    await expect(query(server.runtimeUrl, 'create table public.t (id int)')).rejects.toThrow(/permission denied/);
    await expect(query(server.runtimeUrl, 'select * from portico.t')).rejects.toThrow(/permission denied/);
  });

  it('keeps no session open after set-up and writes through to the disk unless it is thrown away', async () => {
    const server = await start();
    expect(await query(server.superuserUrl, `select usename from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`)).toEqual(
      [],
    );
    expect(await query(server.runtimeUrl, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(statSync(`${path.join(folder, 'pg')}.passwords.json`).mode & 0o777).toBe(0o600);
  });

  it('starts again on the same folder with the rows that were there', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table t as select 42 as answer');
    await first.stop();
    const again = await start();
    expect(await query(again.ownerUrl, 'select answer from t')).toEqual([{ answer: 42 }]);
  });

  it('starts when a killed server left its pid file and its sessions', async () => {
    const first = await start();
    await query(first.ownerUrl, 'create table t as select 1 as answer');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(existsSync(path.join(first.folder, 'postmaster.pid'))).toBe(true);
    const again = await start();
    expect(again.pid).not.toBe(first.pid);
    expect(await query(again.ownerUrl, 'select answer from t')).toEqual([{ answer: 1 }]);
  });

  it('ends a living server on the same folder in good order instead of taking its pid file away', async () => {
    const first = await start();
    const again = await start();
    expect(await first.exited).toBe('exit code 0');
    expect(readFileSync(path.join(again.folder, 'postmaster.pid'), 'utf8').split('\n')[0]).toBe(String(again.pid));
    expect(await query(again.runtimeUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts when the number in a left pid file now belongs to a stranger', async () => {
    const first = await start();
    await first.stop();
    const pidFile = path.join(first.folder, 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${first.folder}\n1\n${first.port}\n\n127.0.0.1\n\nready\n`);
    const again = await start();
    expect(await query(again.runtimeUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('throws its files away when it is ephemeral', async () => {
    const server = await start({ ephemeral: true });
    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
  });

  it('works in a folder that only its owner may enter; root’s, which runs as another user, keeps its files elsewhere and says so', async () => {
    const closed = path.join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const said: string[] = [];
    const server = await start({ dir: path.join(closed, 'pg'), ephemeral: true, log: (line) => said.push(line) });
    expect(await query(server.runtimeUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    const isRoot = process.getuid?.() === 0;
    expect(server.folder.startsWith(realpathSync(closed))).toBe(!isRoot);
    expect(said).toEqual(isRoot ? [expect.stringContaining(`may not enter ${closed}`)] : []);
    await server.stop();
    expect(existsSync(server.folder)).toBe(false);
  });
});
