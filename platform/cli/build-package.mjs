// Builds the package in the current folder with esbuild: one bundle per entry, every other package left outside, so that
// there is a single instance of each at run time. Runs as the `build` script of every workspace (see turbo.json).
//
// Entries: the `portico-source` targets of the package's `exports`; `server.ts` and `main.ts` of an app; the globs in the
// package's own `"portico": { "entries": [...] }`; and for a plugin every `*.server.ts(x)`. A plugin's pages are compiled
// too, with nothing written: their bundle is the web app's work, but a page that does not compile must be known here.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, formatMessages } from 'esbuild';

const folder = process.cwd();
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
const isPlugin = manifest.exports?.['./plugin'] !== undefined;
const isApp = path.basename(path.dirname(folder)) === 'apps';
const dist = path.join(folder, 'dist');
const errorFile = path.join(dist, 'build-error.txt');

await main();

async function main() {
  const { found, missing } = entries();
  for (const entry of missing) console.warn(`${manifest.name}: package.json names ${entry}, which does not exist.`);
  if (found.length === 0) return rmSync(dist, { recursive: true, force: true });
  try {
    if (isPlugin) await compile(sourceFiles().filter((file) => /\.(page|slot)\.tsx?$/.test(file)));
    replaceDist(await compile(found));
  } catch (failure) {
    await reportFailure(failure);
  }
}

/** A plugin that does not compile must not take the others down: the host reads the file and quarantines the plugin. */
async function reportFailure(failure) {
  const text = Array.isArray(failure.errors)
    ? (await formatMessages(failure.errors, { kind: 'error', color: false })).join('\n')
    : String(failure.stack ?? failure);
  if (!isPlugin) {
    console.error(`${manifest.name} does not compile:\n${text}`);
    process.exitCode = 1;
    return;
  }
  // What an earlier build left must not be loaded in place of what does not compile.
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  writeFileSync(errorFile, text);
  console.warn(`${manifest.name} does not compile and is left out:\n${text}`);
}

async function compile(entryPoints) {
  if (entryPoints.length === 0) return [];
  const { outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints,
    outdir: dist,
    outbase: folder,
    bundle: true,
    packages: 'external',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    sourcemap: true,
    logLevel: 'silent',
    loader: { '.css': 'empty', '.svg': 'dataurl' },
    write: false,
  });
  return outputFiles;
}

/**
 * Brings `dist` to exactly these files. Files that did not change are not touched and nothing is missing in between, so a
 * program that runs from there is not disturbed.
 */
function replaceDist(files) {
  for (const { path: file, contents } of files) {
    if (existsSync(file) && readFileSync(file).equals(contents)) continue;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, contents);
    renameSync(`${file}.new`, file);
  }
  const wanted = new Set(files.map(({ path: file }) => file));
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(file)) rmSync(file);
  }
}

function entries() {
  const wanted = new Set(exportedSources(manifest.exports ?? {}));
  const files = sourceFiles();
  if (isApp) for (const name of ['server.ts', 'main.ts']) if (files.includes(name)) wanted.add(name);
  for (const pattern of manifest.portico?.entries ?? []) {
    const chosen = files.filter((file) => matches(file, pattern));
    for (const file of chosen) wanted.add(file);
  }
  if (isPlugin) for (const file of files) if (/\.server\.tsx?$/.test(file)) wanted.add(file);
  const all = [...wanted];
  return { found: all.filter((file) => existsSync(path.join(folder, file))), missing: all.filter((file) => !existsSync(path.join(folder, file))) };
}

function exportedSources(node) {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (key !== 'portico-source') return exportedSources(value);
    return typeof value === 'string' && /\.tsx?$/.test(value) ? [value.replace(/^\.\//, '')] : [];
  });
}

function matches(file, pattern) {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]*');
  return new RegExp(`^${source}$`).test(file);
}

function sourceFiles(relative = '') {
  const skipped = new Set(['node_modules', 'dist', 'build', 'test', 'generated', '.turbo']);
  return readdirSync(path.join(folder, relative), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourceFiles(path.posix.join(relative, entry.name));
    return /\.tsx?$/.test(entry.name) && !/\.(test|d)\.tsx?$/.test(entry.name) ? [path.posix.join(relative, entry.name)] : [];
  });
}
