import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkoutRoot } from '../embedded/node-program.ts';

/**
 * Runs a TypeScript program of the checkout from its source, to its end, with our own input and output. For programs that
 * must see the tree as it is and not as it was built.
 * @returns the exit code; 1 when a signal ended it
 */
export function runSource(file: string, argv: readonly string[]): Promise<number> {
  const root = checkoutRoot();
  const tsx = pathToFileURL(createRequire(path.join(root, 'package.json')).resolve('tsx')).href;
  const child = spawn(process.execPath, ['--conditions=portico-source', '--import', tsx, path.join(root, file), ...argv], { cwd: root, stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
