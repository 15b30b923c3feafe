import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { brokenTool, runNode } from './run-program.ts';

/** How a TypeScript program of the checkout is run from its source. */
export function fromSource(root: string, file: string): string[] {
  const tsx = pathToFileURL(createRequire(path.join(root, 'package.json')).resolve('tsx')).href;
  return ['--conditions=portico-source', '--import', tsx, path.join(root, file)];
}

/** Writes what is generated from the plugins' manifests: without it the web app has no types. */
export async function prepare(root: string): Promise<void> {
  const ended = await runNode(root, fromSource(root, 'apps/web/generate/main.ts'));
  if (ended.code !== 0) brokenTool('the generator of the web app', ended);
}
