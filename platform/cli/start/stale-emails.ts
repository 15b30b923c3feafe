import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Folders of plugins with a mail whose compiled file is missing or older than its source. */
export function pluginsWithStaleEmails(root: string): string[] {
  const plugins = path.join(root, 'plugins');
  if (!existsSync(plugins)) return [];
  return readdirSync(plugins)
    .map((name) => path.join(plugins, name))
    .filter((dir) => existsSync(path.join(dir, 'emails')) && sources(dir).some((name) => isStale(dir, name)));
}

const sources = (dir: string): string[] => readdirSync(path.join(dir, 'emails')).filter((name) => name.endsWith('.mjml'));

function isStale(dir: string, name: string): boolean {
  const built = path.join(dir, 'dist', 'emails', name.replace(/\.mjml$/, '.json'));
  return !existsSync(built) || statSync(built).mtimeMs < statSync(path.join(dir, 'emails', name)).mtimeMs;
}
