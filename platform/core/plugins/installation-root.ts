import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the installation: the nearest folder upwards whose package.json lists plugins. */
export function installationRoot(from: string = fileURLToPath(import.meta.url)): string {
  for (let dir = path.dirname(from); ; dir = path.dirname(dir)) {
    const file = path.join(dir, 'package.json');
    if (existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { portico?: object }).portico) return dir;
    if (dir === path.dirname(dir)) throw new Error('no package.json above lists plugins under "portico"');
  }
}
