import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readPlugins, type LeftOut } from './read-plugins.ts';
import { appFiles, writeFiles } from './write-app.ts';

/** What the generator did. */
export interface Generated {
  readonly plugins: readonly string[];
  readonly leftOut: readonly LeftOut[];
  /** Views that a manifest names and that are not there. */
  readonly missing: readonly string[];
  /** How many files changed; none when nothing is new. */
  readonly changed: number;
}

/** Writes `apps/web/app/generated` from the plugins that the root's package.json lists. */
export async function generate(root: string): Promise<Generated> {
  const folder = path.join(root, 'apps', 'web', 'app', 'generated');
  const coreTexts = JSON.parse(readFileSync(path.join(root, 'platform', 'core', 'translations', 'en.json'), 'utf8')) as Record<string, string>;
  const { plugins, leftOut } = await readPlugins(root);
  for (const { dir, reason } of leftOut) if (dir !== '') noteBuildError(dir, reason);
  for (const { dir } of plugins) noteBuildError(dir, undefined);
  const changed = writeFiles(folder, appFiles(folder, coreTexts, plugins));
  return {
    plugins: plugins.map(({ id }) => id),
    leftOut,
    missing: plugins.flatMap((plugin) => plugin.missing.map((view) => `${plugin.id}: ${view}`)),
    changed,
  };
}

const PAGES = 'Its pages: ';

// Where the host looks when it starts: the plugin is then set aside with this reason, until its pages compile again.
function noteBuildError(dir: string, reason: string | undefined): void {
  const file = path.join(dir, 'dist', 'build-error.txt');
  if (reason !== undefined) {
    mkdirSync(path.join(dir, 'dist'), { recursive: true });
    writeFileSync(file, PAGES + reason);
  } else if (existsSync(file) && readFileSync(file, 'utf8').startsWith(PAGES)) rmSync(file);
}

/** The root of the installation, from a file inside apps/web. */
export function rootAbove(file: string): string {
  for (let dir = path.dirname(file); dir !== path.dirname(dir); dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, 'turbo.json'))) return dir;
  }
  throw new Error(`no installation above ${file}`);
}
