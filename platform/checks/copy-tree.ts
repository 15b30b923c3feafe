import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Tree } from './tree.ts';

/** A copy of the checkout to break things in: files of its own, the installed packages linked. */
export interface Copy {
  readonly root: string;
  /** Writes files; calling what it answers brings back what was there. */
  plant(texts: Readonly<Record<string, string>>): () => void;
  remove(): void;
}

/** Copies what people wrote to a temporary folder. Packages of this checkout lead to the copy's own, all others to the installed ones. */
export function copyTree(from: string): Copy {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'portico-copy-')));
  const tree = Tree.at(from);
  for (const file of tree.files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    copyFileSync(path.join(from, file), path.join(root, file));
  }
  for (const folder of ['', ...workspaces(tree)]) linkPackages(from, root, folder);
  return { root, plant: (texts) => plant(root, tree, texts), remove: () => rmSync(root, { recursive: true, force: true }) };
}

const workspaces = (tree: Tree): string[] => tree.matching(/^[^/]+(\/[^/]+)?\/package\.json$/).map((file) => path.dirname(file));

function linkPackages(from: string, root: string, folder: string): void {
  const installed = path.join(from, folder, 'node_modules');
  if (!existsSync(installed)) return;
  const linked = path.join(root, folder, 'node_modules');
  mkdirSync(linked, { recursive: true });
  for (const name of readdirSync(installed)) {
    if (name === '.cache' || name === '.vite') continue;
    if (name === '@portico') linkOwn(path.join(installed, name), path.join(linked, name));
    else symlinkSync(path.join(installed, name), path.join(linked, name));
  }
}

// Links between workspaces are relative (`../../platform/kit`): the same words lead to the copy's own package.
function linkOwn(installed: string, linked: string): void {
  mkdirSync(linked, { recursive: true });
  for (const name of readdirSync(installed)) {
    const target = path.join(installed, name);
    const isRelative = lstatSync(target).isSymbolicLink() && !path.isAbsolute(readlinkSync(target));
    symlinkSync(isRelative ? readlinkSync(target) : target, path.join(linked, name));
  }
}

function plant(root: string, tree: Tree, texts: Readonly<Record<string, string>>): () => void {
  for (const [file, text] of Object.entries(texts)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return () => {
    for (const file of Object.keys(texts)) {
      if (tree.has(file)) writeFileSync(path.join(root, file), tree.text(file));
      else rmSync(path.join(root, file), { force: true });
    }
  };
}
