import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A Chromium for browser tests, in this order: CHROMIUM_PATH; `chromium` or Chrome on PATH; Debian's package, installed
 * now when we are root; the one that comes as an npm package. Throws an Error that names the ways out.
 */
export async function findChromium(log: (line: string) => void = () => undefined): Promise<string> {
  const tried: string[] = [];
  for (const way of [fromVariable, fromPath, fromDebian, fromPackage]) {
    const found = await way(log, tried);
    if (found && (await isUsable(found, tried))) return found;
  }
  throw new Error(
    `No Chromium for the browser tests was found (${tried.join('; ')}). Three ways out: set CHROMIUM_PATH to a Chromium or Chrome, ` +
      `install one so that "chromium" or "google-chrome" is on PATH, or run as root on Debian so that it can be installed.`,
  );
}

/** It says its version, so it is there, is ours to run, and finds the libraries that it needs. */
async function isUsable(program: string, tried: string[]): Promise<boolean> {
  try {
    await run(program, ['--version'], { timeout: 20_000 });
    return true;
  } catch (error) {
    tried.push(`${program} does not run (${(error as Error).message.split('\n')[0]})`);
    return false;
  }
}

type Way = (log: (line: string) => void, tried: string[]) => Promise<string | undefined>;

const fromVariable: Way = async (_log, tried) => {
  const given = process.env.CHROMIUM_PATH;
  if (!given) return undefined;
  if (existsSync(given)) return given;
  tried.push(`CHROMIUM_PATH is ${given}, which does not exist`);
  return undefined;
};

const fromPath: Way = async (_log, tried) => {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    for (const folder of folders) if (existsSync(path.join(folder, name))) return path.join(folder, name);
  }
  tried.push('none on PATH');
  return undefined;
};

const fromDebian: Way = async (log, tried) => {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    tried.push('not root on Debian');
    return undefined;
  }
  log('Installing Chromium (apt-get install chromium), once');
  try {
    await run('apt-get', ['update', '-qq'], { maxBuffer: 1 << 26 });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation'], {
      maxBuffer: 1 << 26,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined;
  } catch (error) {
    tried.push(`apt-get failed: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
};

const fromPackage: Way = async (log, tried) => {
  try {
    const { default: packaged } = (await import('@sparticuz/chromium')) as { default: { executablePath(): Promise<string> } };
    log('Unpacking the packaged Chromium');
    return await packaged.executablePath();
  } catch (error) {
    tried.push(`the packaged one failed: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
};
