import { readdirSync, statSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

export interface WatchOptions {
  /** Folders below `root`, and files that lie in it. */
  names: readonly string[];
  /** True for a path that nobody is told of; a folder of that kind is not looked into. */
  ignored: (file: string) => boolean;
  /** Told the path of what was written, made, renamed or removed, relative to `root`, with slashes. */
  changed: (file: string) => void;
  signal: AbortSignal;
}

/**
 * Tells of every change below some folders until the signal is aborted. Each folder has a watch of its own: Node's watch of a
 * whole tree loses sight of a file on Linux once it was replaced, and replacing is how most editors save.
 */
export function watchTree(root: string, { names, ignored, changed, signal }: WatchOptions): void {
  const watches = new Map<string, FSWatcher>();

  const tell = (folder: string, name: string | null): void => {
    const file = path.posix.join(folder, name ?? '');
    if (folder === '' ? !names.includes(file) : ignored(file)) return;
    changed(file);
    if (isFolder(path.join(root, file))) look(file);
    else forget(file);
  };
  const forget = (folder: string): void => {
    for (const [known, watcher] of watches) {
      if (known !== folder && !known.startsWith(`${folder}/`)) continue;
      watches.delete(known);
      watcher.close();
    }
  };
  const look = (folder: string): void => {
    if (watches.has(folder) || (folder !== '' && ignored(folder))) return;
    try {
      const watcher = watch(path.join(root, folder), { signal }, (_, name) => tell(folder, name));
      watcher.on('error', () => forget(folder)); // it is gone, and its parent tells of that
      watches.set(folder, watcher);
      const inside = readdirSync(path.join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
      for (const { name } of inside) if (folder !== '' || names.includes(name)) look(path.posix.join(folder, name));
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'ENOENT') throw failure; // it was there for a moment
      forget(folder);
    }
  };
  look('');
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
