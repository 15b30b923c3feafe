import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** The root of the checkout: the nearest folder upwards whose package.json has workspaces. */
export function checkoutRoot(from: string = import.meta.dirname): string {
  for (let folder = from; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && 'workspaces' in (JSON.parse(readFileSync(file, 'utf8')) as object)) return folder;
  }
  throw new Error(`No Portico checkout was found above ${from}.`);
}

/**
 * How to run a workspace's program with Node: its built file when we are built ourselves, its source (through tsx) when
 * we run from source, as tests do. So a test never runs a stale build.
 * @param folder the workspace, such as `apps/mailbox`
 * @param entry the program's file without its ending, such as `main`
 */
export function nodeProgram(folder: string, entry: string): { args: string[]; cwd: string } {
  const root = checkoutRoot();
  const cwd = path.join(root, folder);
  if (!import.meta.filename.endsWith('.ts')) return { args: ['--enable-source-maps', path.join(cwd, 'dist', `${entry}.js`)], cwd };
  const tsx = pathToFileURL(createRequire(path.join(root, 'package.json')).resolve('tsx')).href;
  return { args: ['--conditions=portico-source', '--import', tsx, path.join(cwd, `${entry}.ts`)], cwd };
}
