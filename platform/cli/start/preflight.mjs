// @ts-check
// Plain Node without dependencies: what would make a start fail is found in its first second, before installing.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { runningProcess } from '../embedded/process-record.mjs';
import { starterOf } from './folder-lock.mjs';

/** @param {string} data @param {string} name */
export const recordFile = (data, name) => path.join(data, 'processes', `${name}.json`);

/**
 * Looks for everything that stands in the way of a start.
 * @param {import('./settings.mjs').Settings} settings
 * @returns {Promise<string[]>} one sentence each; empty when nothing does
 */
export async function findObstacles(settings) {
  const folder = folderProblem(settings);
  if (folder) return [folder];
  const starter = await starterThatStays(settings.data);
  if (starter !== undefined) return [`Portico already runs on ${settings.data} (process ${starter}); stop it first or choose another folder with --data.`];
  const found = await Promise.all([
    portProblem(settings),
    settings.database && silent('DATABASE_URL', endOf(settings.database.runtimeUrl, 5432)),
    settings.temporal && silent('TEMPORAL_ADDRESS', endOf(`tcp://${settings.temporal.address}`, 7233)),
    settings.smtpUrl && silent('SMTP_URL', endOf(settings.smtpUrl, 25)),
  ]);
  return found.filter((problem) => problem !== undefined);
}

/**
 * A starter that is just ending is waited for, so stopping and starting again needs no patience of a person; one that
 * goes on running is answered within a moment.
 * @param {string} data
 */
async function starterThatStays(data) {
  const began = performance.now();
  for (;;) {
    const starter = starterOf(data);
    const waited = performance.now() - began;
    if (starter === undefined || waited > (isStopping(data) ? 10_000 : 1_000)) return starter;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {string} data */
function isStopping(data) {
  try {
    return JSON.parse(readFileSync(path.join(data, 'run.json'), 'utf8')).state === 'stopping';
  } catch {
    return false; // no run.json, or none that can be read: whoever has the folder is not ending it
  }
}

/** @param {import('./settings.mjs').Settings} settings */
function folderProblem({ data, reset }) {
  try {
    // Root's Postgres runs as another user, who must be able to pass through.
    mkdirSync(data, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const probe = path.join(data, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (failure) {
    return `The data folder ${data} cannot be written to (${/** @type {NodeJS.ErrnoException} */ (failure).code}); choose another with --data.`;
  }
  if (reset && !isOurs(data)) return `--reset would empty ${data}, which does not look like a data folder of Portico.`;
  return undefined;
}

/** @param {string} data */
function isOurs(data) {
  return !existsSync(data) || ['run.json', 'secrets.json', 'starter.json'].some((name) => existsSync(path.join(data, name)));
}

/** The port may be held by a web process that a killed starter left behind: the start ends it first.
 * @param {import('./settings.mjs').Settings} settings */
async function portProblem({ port, data }) {
  if (port === 0 || runningProcess(recordFile(data, 'web'))) return undefined;
  for (const host of ['127.0.0.1', '::1']) {
    const code = await listenOnce(port, host);
    if (code === 'EADDRINUSE') return `Port ${port} is in use; choose another with --port.`;
    if (code === 'EACCES') return `Port ${port} may not be used by this user; choose another with --port.`;
  }
  return undefined;
}

/** @param {number} port @param {string} host @returns {Promise<string | undefined>} why it failed; a host that does not exist counts as free */
function listenOnce(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (failure) => resolve(/** @type {NodeJS.ErrnoException} */ (failure).code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** @param {string} url @param {number} defaultPort */
function endOf(url, defaultPort) {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || defaultPort) };
}

/** @param {string} name @param {{ host: string, port: number }} end @returns {Promise<string | undefined>} */
function silent(name, end) {
  return new Promise((resolve) => {
    const socket = connect(end);
    const settle = (/** @type {string | undefined} */ why) => {
      socket.destroy();
      resolve(why && `${name} is set, but nothing answers at ${end.host}:${end.port} (${why}).`);
    };
    socket.setTimeout(3_000, () => settle('no answer within 3 s'));
    socket.once('error', (failure) => settle(/** @type {NodeJS.ErrnoException} */ (failure).code ?? failure.message));
    socket.once('connect', () => settle(undefined));
  });
}
