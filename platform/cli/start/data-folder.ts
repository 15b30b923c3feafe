import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { endLeftMailbox } from '../embedded/mailbox.ts';
import { removeCluster } from '../embedded/postgres-cluster.ts';
import { endLeftStandIn } from '../embedded/stand-in.ts';
import { endLeftPostgres } from '../embedded/postgres.ts';
import { endProcess, removeProcessRecord, runningProcess } from '../embedded/process-record.mjs';
import { endLeftTemporal } from '../embedded/temporal.ts';
import { recordFile } from './preflight.mjs';
import type { RunBusiness } from './run-file.ts';
import { lockFile } from './folder-lock.mjs';
import { writeJson } from './secrets.ts';

const largestLog = 10 * 1024 * 1024;

/** Names of what lies in a data folder. */
export function dataFiles(data: string) {
  return {
    postgres: path.join(data, 'postgres'),
    temporal: path.join(data, 'temporal', 'temporal.db'),
    mailbox: path.join(data, 'mailbox'),
    standIn: (name: string) => path.join(data, name),
    demo: path.join(data, 'demo.json'),
    ports: path.join(data, 'ports.json'),
    environment: path.join(data, 'environment.json'),
    log: (name: string) => path.join(data, 'logs', `${name}.log`),
    record: (name: string) => recordFile(data, name),
  };
}

/**
 * Ends what an earlier, killed starter left running on the folder, in the order of a shutdown. The parts do the same for
 * themselves when they start; web and worker must be gone before their database is taken away.
 */
export async function endLeftProcesses(data: string): Promise<void> {
  const ended = ['web', 'worker'].map(async (name) => {
    const left = runningProcess(recordFile(data, name));
    if (left)
      await endProcess(left, [
        { signal: 'SIGTERM', waitMs: 2_000 },
        { signal: 'SIGKILL', waitMs: 2_000 },
      ]);
    removeProcessRecord(recordFile(data, name));
  });
  await Promise.all(ended);
}

/** Empties a data folder that no starter but this one uses. */
export async function resetDataFolder(data: string): Promise<void> {
  const files = dataFiles(data);
  const standIns = Object.keys(keptPorts(data).standIns).map((name) => endLeftStandIn(files.standIn(name)));
  await Promise.all([endLeftTemporal(files.temporal), endLeftMailbox(files.mailbox), endLeftPostgres(files.postgres), ...standIns]);
  removeCluster(files.postgres);
  for (const name of readdirSync(data)) {
    const file = path.join(data, name);
    if (file !== lockFile(data)) rmSync(file, { recursive: true, force: true });
  }
}

/**
 * Makes the folders that hold what nobody else may read; the data folder itself may have to let Postgres's user through.
 * A log that has grown too large is set aside once; the one before it goes.
 */
export function prepareDataFolder(data: string): void {
  for (const name of ['logs', 'processes', 'mailbox', 'temporal']) mkdirSync(path.join(data, name), { recursive: true, mode: 0o700 });
  const folder = path.join(data, 'logs');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
    const file = path.join(folder, name);
    if (statSync(file).size > largestLog) renameSync(file, `${file}.old`);
  }
}

/** Ports that were taken once are taken again, so addresses stay what they were. 0 = not taken yet. */
export interface Ports {
  web: number;
  postgres: number;
  temporal: number;
  temporalUi: number;
  mailbox: number;
  smtp: number;
  operator: number;
  webOperator: number;
  /** Of each stand-in by its name. */
  standIns: Record<string, { port: number; control: number }>;
}

export function keptPorts(data: string): Ports {
  const none: Ports = { web: 0, postgres: 0, temporal: 0, temporalUi: 0, mailbox: 0, smtp: 0, operator: 0, webOperator: 0, standIns: {} };
  const { ports } = dataFiles(data);
  return existsSync(ports) ? { ...none, ...(JSON.parse(readFileSync(ports, 'utf8')) as Partial<Ports>) } : none;
}

export function keepPorts(data: string, ports: Ports): void {
  writeJson(dataFiles(data).ports, ports);
}

/** The businesses of the demo as they were made, with addresses for the port that is used now; undefined until all are made. */
export function keptDemo(data: string, address: { baseDomain: string; port: number }): RunBusiness[] | undefined {
  const { demo } = dataFiles(data);
  if (!existsSync(demo)) return undefined;
  const { businesses, finished } = JSON.parse(readFileSync(demo, 'utf8')) as { businesses: RunBusiness[]; finished?: true };
  if (!finished) return undefined;
  return businesses.map((business) => ({ ...business, url: `http://${business.slug}.${address.baseDomain}:${address.port}` }));
}
