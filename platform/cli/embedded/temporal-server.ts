import { execFile, spawn } from 'node:child_process';
import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { asProcessEnv, type Environment } from './environment.ts';

const run = promisify(execFile);

/** The version that is kept in the cache and built from source; what is on PATH must be of `oldest` or later. */
export const temporalVersion = '1.8.2';
const oldest = [1, 8] as const;

/** Where a Temporal server is to be had: one that runs already, or a program that we start. */
export type TemporalSource = { kind: 'address'; address: string } | { kind: 'program'; path: string; from: string };

export interface FindTemporalOptions {
  /** TEMPORAL_ADDRESS, PATH and PORTICO_CACHE are read from here; default: this process's. */
  env?: Environment;
  log?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Looks for a Temporal server, first that works: TEMPORAL_ADDRESS · `temporal` on PATH (1.8 or later) · our cache ·
 * the SDK's own download · a Go build of the CLI (minutes, once).
 * @throws Error that says what was tried and what a person can do
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<TemporalSource> {
  const env = options.env ?? process.env;
  const log = options.log ?? (() => undefined);
  if (env.TEMPORAL_ADDRESS) return { kind: 'address', address: env.TEMPORAL_ADDRESS };
  const cached = path.join(cacheFolder(env), `temporal-${temporalVersion}`);
  const tried: string[] = [];
  const ways: [string, () => Promise<string | undefined>][] = [
    ['temporal on PATH', () => onPath(env)],
    [cached, async () => (existsSync(cached) && (await isUsable(cached)) ? cached : undefined)],
    ["the SDK's download", () => download(cached, options.signal)],
    ['a Go build', () => buildWithGo(cached, env, log, options.signal)],
  ];
  for (const [from, way] of ways) {
    options.signal?.throwIfAborted();
    try {
      const found = await way();
      if (found) return { kind: 'program', path: found, from };
      tried.push(`${from}: not there`);
    } catch (failure) {
      options.signal?.throwIfAborted();
      tried.push(`${from}: ${firstLine((failure as Error).message)}`);
    }
  }
  throw new Error(
    `No Temporal server was found (${tried.join('; ')}). Three ways out: set TEMPORAL_ADDRESS to a server that runs, ` +
      `install the Temporal CLI 1.8 or later so that "temporal" is on PATH, or install Go 1.26.4 or later so that it can be built once.`,
  );
}

/** The folder that outlives checkouts: PORTICO_CACHE, else the user's cache folder. */
export function cacheFolder(env: Environment): string {
  return env.PORTICO_CACHE ?? path.join(env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'portico');
}

async function onPath(env: Environment): Promise<string | undefined> {
  for (const folder of (env.PATH ?? '').split(path.delimiter).filter(Boolean)) {
    const candidate = path.join(folder, process.platform === 'win32' ? 'temporal.exe' : 'temporal');
    if (isExecutable(candidate) && (await isUsable(candidate))) return candidate;
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us to run
  }
}

/** Runs the program and reads its version; throws when it does not run at all. */
async function isUsable(program: string): Promise<boolean> {
  const { stdout } = await run(program, ['--version'], { timeout: 20_000 });
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
  if (major === undefined) throw new Error(`${program} --version says "${firstLine(stdout)}"`);
  return Number(major) > oldest[0] || (Number(major) === oldest[0] && Number(minor) >= oldest[1]);
}

/** The SDK downloads a server while it starts one; what it fetched is kept under our own name. Fails at once offline. */
async function download(cached: string, signal?: AbortSignal): Promise<string | undefined> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const folder = path.join(path.dirname(cached), 'download');
  mkdirSync(folder, { recursive: true });
  const started = TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'cached-download', downloadDir: folder } } });
  const tooLong = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error('nothing arrived within 3 minutes')), 180_000);
    timer.unref();
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  await (await Promise.race([started, tooLong])).teardown();
  const name = readdirSync(folder).find((file) => file.startsWith('temporal') && isExecutable(path.join(folder, file)));
  if (!name || !(await isUsable(path.join(folder, name)))) return undefined;
  return keep(path.join(folder, name), cached);
}

function keep(program: string, cached: string): string {
  const draft = `${cached}.${process.pid}`;
  copyFileSync(program, draft);
  chmodSync(draft, 0o755);
  renameSync(draft, cached);
  return cached;
}

/** Builds the CLI from source through the wrapper module in platform/cli/temporal. Takes some minutes, says how far it is. */
async function buildWithGo(cached: string, env: Environment, log: (line: string) => void, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run('go', ['version'], { env: asProcessEnv(env) });
  const module = wrapperModule();
  mkdirSync(path.dirname(cached), { recursive: true });
  const draft = `${cached}.${process.pid}`;
  log(`Building Temporal ${temporalVersion} from source with ${firstLine(stdout).replace('go version ', '')}. This takes some minutes, once.`);
  await goBuild(module, draft, env, log, signal);
  renameSync(draft, cached);
  return cached;
}

function goBuild(module: string, output: string, env: Environment, log: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const flags = ['build', '-v', '-trimpath', `-ldflags=-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${temporalVersion}`, '-o', output];
  const began = performance.now();
  const child = spawn('go', [...flags, 'github.com/temporalio/cli/cmd/temporal'], {
    cwd: module,
    env: asProcessEnv({ ...env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly' }),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let compiled = 0;
  let last = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    const lines = text.split('\n').filter(Boolean);
    compiled += lines.filter((line) => !line.startsWith('go: ')).length;
    last = lines.at(-1) ?? last;
  });
  const said = setInterval(() => log(`Building Temporal: ${Math.round((performance.now() - began) / 1000)} s, ${compiled} packages compiled.`), 15_000);
  return new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`go build ended with exit code ${code}: ${last}`))));
  }).finally(() => clearInterval(said));
}

/** `platform/cli/temporal`, seen from the source folder and from `dist` alike. */
function wrapperModule(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'temporal', 'go.mod'))) {
    if (folder === path.dirname(folder)) throw new Error('the wrapper module platform/cli/temporal is missing');
    folder = path.dirname(folder);
  }
  return path.join(folder, 'temporal');
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
