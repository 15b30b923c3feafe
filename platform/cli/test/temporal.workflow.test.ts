import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findTemporal, startTemporalDev } from '../embedded/index.ts';
import { describeProcess } from '../embedded/process-record.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporal-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that only says a version, as `temporal --version` does. */
function programSaying(file: string, version: string): string {
  writeFileSync(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2)"\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('looking for Temporal', () => {
  it('takes TEMPORAL_ADDRESS before all', async () => {
    const env = { TEMPORAL_ADDRESS: 'cluster.test:7233', PATH: folder, PORTICO_CACHE: folder };
    expect(await findTemporal({ env })).toEqual({ kind: 'address', address: 'cluster.test:7233' });
  });

  it('takes the program on PATH before the cached one, if it is not too old', async () => {
    const cached = programSaying(path.join(folder, 'temporal-1.8.2'), '1.8.2');
    const onPath = programSaying(path.join(folder, 'temporal'), '1.10.0');
    const env = { PATH: `${folder}:/usr/bin:/bin`, PORTICO_CACHE: folder };
    expect(await findTemporal({ env })).toEqual({ kind: 'program', path: onPath, from: 'temporal on PATH' });
    programSaying(onPath, '1.7.9');
    expect(await findTemporal({ env })).toEqual({ kind: 'program', path: cached, from: cached });
  });
});

describe('the development server', () => {
  it('keeps what it answered over a kill -9 and a second start, on the same port', async () => {
    const { path: program } = (await findTemporal({ env: { ...process.env, TEMPORAL_ADDRESS: '' } })) as { path: string };
    const dbFile = path.join(folder, 'temporal.db');
    const first = await startTemporalDev({ dbFile });
    execFileSync(
      program,
      ['workflow', 'start', '--type', 'anything', '--task-queue', 'q', '--workflow-id', 'kept', '--namespace', 'portico', '--address', first.address],
      { stdio: 'ignore' },
    );
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    const second = await startTemporalDev({ dbFile, port: first.port });
    expect(second.address).toBe(first.address);
    const described = execFileSync(
      program,
      ['workflow', 'describe', '--workflow-id', 'kept', '--namespace', 'portico', '--address', second.address, '--output', 'json'],
      { encoding: 'utf8' },
    );
    expect(described).toContain('WORKFLOW_EXECUTION_STATUS_RUNNING');
    await second.stop();
  });

  it('runs with fair queues, for the key of each task is its business: else one with many holds up the others', async () => {
    const server = await startTemporalDev({ dbFile: path.join(folder, 'temporal.db') });
    const { command } = describeProcess(server.pid)!;
    await server.stop();
    expect(command).toContain('--dynamic-config-value matching.enableFairness=true');
  });

  it('is ended when another one starts on its file, so that one alone uses it', async () => {
    const dbFile = path.join(folder, 'temporal.db');
    const first = await startTemporalDev({ dbFile });
    const second = await startTemporalDev({ dbFile });
    expect(await first.exited).toBe('exit code 0');
    await second.stop();
  });
});
