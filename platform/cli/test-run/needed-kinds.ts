import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { kindOf, type TestReport } from './test-report.ts';

const KINDS: readonly TestReport['kind'][] = ['unit', 'database', 'workflow', 'browser'];
const FOLDERS = ['platform', 'plugins', 'workflows', 'apps', 'bench'];
const IGNORED = new Set(['node_modules', 'dist', 'build', 'generated']);

/**
 * The kinds of test that a run with these arguments has: those of the files whose path has one of the words in it, as
 * vitest reads them; all kinds when no word is there, or none fits.
 */
export function neededKinds(root: string, argv: readonly string[]): ReadonlySet<TestReport['kind']> {
  const words = argv.filter((arg) => !arg.startsWith('-'));
  const files = FOLDERS.flatMap((folder) => testFiles(root, folder)).filter((file) => words.some((word) => file.includes(path.normalize(word))));
  return new Set(files.length > 0 ? files.map(kindOf) : KINDS);
}

function testFiles(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : testFiles(root, file);
    return /\.test\.tsx?$/.test(entry.name) ? [file] : [];
  });
}
