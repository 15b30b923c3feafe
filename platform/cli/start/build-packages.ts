import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { pluginsWithStaleEmails } from './stale-emails.ts';

const run = promisify(execFile);

/** What is built before the others need it, and what bundles the others' sources: see turbo.json. */
const groups = {
  packages: ['--filter=!@portico/web', '--filter=!@portico/worker'],
  apps: ['--filter=@portico/web', '--filter=@portico/worker', '--only'],
} as const;

/**
 * Builds what is stale in a group of packages; turbo's cache knows what is.
 * @returns a sentence for each plugin that does not compile and is left out
 * @throws Error whose message says what does not compile
 */
export async function buildPackages(root: string, group: keyof typeof groups, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted();
  const turbo = path.join(root, 'node_modules', 'turbo', 'bin', 'turbo');
  const child = spawn(process.execPath, [turbo, 'run', 'build', ...groups[group], '--output-logs=errors-only', '--log-order=grouped', '--no-update-notifier'], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = () => child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', stop);
  process.once('exit', stop);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  signal.removeEventListener('abort', stop);
  process.off('exit', stop);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`The build failed:\n${output.trim()}`);
  if (group === 'packages') await compileStaleEmails(root, signal);
  return leftOutPlugins(root, group);
}

/** MJML is compiled here and not when a mail is sent: its errors are the build's, and sending stays quick. */
async function compileStaleEmails(root: string, signal: AbortSignal): Promise<void> {
  const stale = pluginsWithStaleEmails(root);
  if (stale.length === 0) return;
  await run(process.execPath, [path.join(root, 'platform', 'cli', 'dist', 'compile-emails.js'), ...stale], { cwd: root, signal });
}

/** How the web app's generator begins the reason of a plugin whose pages alone do not compile. */
const itsPages = 'Its pages: ';

function leftOutPlugins(root: string, group: keyof typeof groups): string[] {
  const plugins = path.join(root, 'plugins');
  if (!existsSync(plugins)) return [];
  return readdirSync(plugins).flatMap((name) => {
    const file = path.join(plugins, name, 'dist', 'build-error.txt');
    const reason = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (reason === '' || reason.startsWith(itsPages) !== (group === 'apps')) return [];
    const why = reason.split('\n').find((line) => line.trim() !== '') ?? '';
    return [`The plugin in plugins/${name} does not compile and is left out: ${why.trim()} (all of it: ${file})`];
  });
}

/** Builds what is stale in both groups, in order; answers and throws as `buildPackages` does. */
export async function buildEverything(root: string, signal: AbortSignal = new AbortController().signal): Promise<string[]> {
  const leftOut = await buildPackages(root, 'packages', signal);
  return [...leftOut, ...(await buildPackages(root, 'apps', signal))];
}
