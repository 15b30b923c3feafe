import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle, rename } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import path from 'node:path';

/** A journal longer than this, and longer than the snapshot before it, is replaced by a new snapshot. */
const longest = 16 * 1024 * 1024;
const slice = 500;

interface Batch {
  readonly done: Promise<void>;
  readonly settle: () => void;
}

/**
 * Lines on disk. A line that was promised (`settled`) is there after any crash; one that was cut off was promised to nobody
 * and is left out. Lines that arrive while others are synced go to disk together.
 */
export class Journal {
  readonly #folder: string;
  #number: number;
  #file: FileHandle;
  #waiting: string[] = [];
  #next: Batch | undefined;
  #writing: Batch | undefined;
  #bytes = 0;
  #snapshotBytes = 0;
  #compacting: Promise<void> | undefined;

  private constructor(folder: string, number: number, file: FileHandle) {
    this.#folder = folder;
    this.#number = number;
    this.#file = file;
  }

  /** Reads what is there, line by line, oldest first, and begins a journal behind it. Only one process may have a folder open. */
  static async open(folder: string, read: (line: string) => void): Promise<Journal> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = filesOf(folder);
    const newest = files.snapshots.at(-1) ?? 0;
    if (newest > 0) await readLines(path.join(folder, nameOf('snapshot', newest)), read);
    const journals = files.journals.filter((number) => number >= newest);
    for (const number of journals) await readLines(path.join(folder, nameOf('journal', number)), read);
    const number = Math.max(newest, files.journals.at(-1) ?? 0) + 1;
    const journal = new Journal(folder, number, await openNew(path.join(folder, nameOf('journal', number))));
    await syncFolder(folder);
    journal.#bytes = journals.reduce((sum, one) => sum + statSync(path.join(folder, nameOf('journal', one))).size, 0);
    if (newest > 0) journal.#snapshotBytes = statSync(path.join(folder, nameOf('snapshot', newest))).size;
    return journal;
  }

  append(line: string): void {
    this.#waiting.push(line);
    this.#next ??= newBatch();
    if (!this.#writing) void this.#write();
  }

  /** Settles when everything that was appended so far is on disk; undefined when it already is. */
  settled(): Promise<void> | undefined {
    return (this.#next ?? this.#writing)?.done;
  }

  /** Whether a snapshot would make the next start shorter. */
  get isLong(): boolean {
    return !this.#compacting && this.#bytes > Math.max(longest, this.#snapshotBytes);
  }

  /**
   * Writes a snapshot beside what goes on being appended, and drops the journals before it. Lines that are appended
   * meanwhile may be in the snapshot too: reading a line twice must do nothing more.
   */
  compact(lines: Iterable<string>): Promise<void> {
    this.#compacting ??= this.#compact(lines).finally(() => (this.#compacting = undefined));
    return this.#compacting;
  }

  async close(): Promise<void> {
    await this.#compacting;
    while (this.settled()) await this.settled();
    await this.#file.close();
  }

  async #write(): Promise<void> {
    while (this.#next) {
      const lines = this.#waiting;
      this.#writing = this.#next;
      this.#waiting = [];
      this.#next = undefined;
      const text = Buffer.from(`${lines.join('\n')}\n`);
      // A disk that does not take it ends the process: an answer that was not kept must not be given.
      await this.#file.appendFile(text);
      await this.#file.datasync();
      this.#bytes += text.length;
      this.#writing.settle();
      this.#writing = undefined;
    }
  }

  async #compact(lines: Iterable<string>): Promise<void> {
    while (this.settled()) await this.settled();
    const number = this.#number + 1;
    const old = this.#file;
    const begun = openNew(path.join(this.#folder, nameOf('journal', number)));
    const next = await begun;
    while (this.settled()) await this.settled();
    this.#file = next;
    this.#number = number;
    this.#bytes = 0;
    await old.close();
    const draft = path.join(this.#folder, 'snapshot.draft');
    const size = await writeSlices(draft, lines);
    await rename(draft, path.join(this.#folder, nameOf('snapshot', number)));
    await syncFolder(this.#folder);
    this.#snapshotBytes = size;
    const { journals, snapshots } = filesOf(this.#folder);
    for (const one of journals) if (one < number) rmSync(path.join(this.#folder, nameOf('journal', one)));
    for (const one of snapshots) if (one < number) rmSync(path.join(this.#folder, nameOf('snapshot', one)));
  }
}

async function writeSlices(file: string, lines: Iterable<string>): Promise<number> {
  const handle = await open(file, 'w', 0o600);
  let size = 0;
  let some: string[] = [];
  const flush = async (): Promise<void> => {
    const text = Buffer.from(some.join(''));
    some = [];
    size += text.length;
    await handle.appendFile(text);
  };
  for (const line of lines) {
    some.push(`${line}\n`);
    if (some.length >= slice) await flush();
  }
  await flush();
  await handle.datasync();
  await handle.close();
  return size;
}

/** What stands behind the last end of a line was cut off by a crash. */
async function readLines(file: string, read: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const text of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 20 })) {
    const lines = (rest + (text as string)).split('\n');
    rest = lines.pop()!;
    for (const line of lines) read(line);
  }
}

function filesOf(folder: string): { journals: number[]; snapshots: number[] } {
  const names = readdirSync(folder);
  const numbers = (kind: string) => names.flatMap((name) => (new RegExp(`^${kind}\\.(\\d+)$`).exec(name) ?? []).slice(1).map(Number)).toSorted((a, b) => a - b);
  return { journals: numbers('journal'), snapshots: numbers('snapshot') };
}

const nameOf = (kind: 'journal' | 'snapshot', number: number): string => `${kind}.${String(number).padStart(6, '0')}`;
const openNew = (file: string): Promise<FileHandle> => open(file, 'wx', 0o600);

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

function newBatch(): Batch {
  let settle = (): void => undefined;
  const done = new Promise<void>((resolve) => (settle = resolve));
  return { done, settle };
}
