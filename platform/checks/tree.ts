import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Folders that hold nothing written by hand; the same as in .gitignore. */
const SKIPPED = new Set(['node_modules', 'dist', 'build', 'generated', 'reports', '.git', '.turbo', '.data', '.cache']);

/** The files of a checkout as the checks read them: relative paths with slashes, texts and syntax trees kept once read. */
export class Tree {
  readonly #texts = new Map<string, string>();
  readonly #sources = new Map<string, ts.SourceFile>();

  private constructor(
    readonly root: string,
    readonly files: readonly string[],
    private readonly planted: ReadonlyMap<string, string>,
    private readonly below?: Tree,
  ) {}

  /** Every file below `root` that people write. */
  static at(root: string): Tree {
    return new Tree(root, walk(root, ''), new Map());
  }

  /** The same tree with files written differently, or added; nothing on the disk changes. */
  with(planted: Readonly<Record<string, string>>): Tree {
    return new Tree(this.root, [...new Set([...this.files, ...Object.keys(planted)])].sort(), new Map(Object.entries(planted)), this);
  }

  /** Whether a file is there. */
  has(file: string): boolean {
    return this.planted.has(file) || (this.below?.has(file) ?? false) || existsSync(path.join(this.root, file));
  }

  /** The text of a file. Throws when it is not there. */
  text(file: string): string {
    if (this.below && !this.planted.has(file)) return this.below.text(file);
    const known = this.planted.get(file) ?? this.#texts.get(file);
    if (known !== undefined) return known;
    const text = readFileSync(path.join(this.root, file), 'utf8');
    this.#texts.set(file, text);
    return text;
  }

  /** The parsed content of a JSON file. */
  json<T>(file: string): T {
    return JSON.parse(this.text(file)) as T;
  }

  /** The syntax tree of a TypeScript or JavaScript file, with parents set. */
  source(file: string): ts.SourceFile {
    if (this.below && !this.planted.has(file)) return this.below.source(file);
    const known = this.#sources.get(file);
    if (known) return known;
    const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
    const source = ts.createSourceFile(file, this.text(file), ts.ScriptTarget.Latest, true, kind);
    this.#sources.set(file, source);
    return source;
  }

  /** Files whose path fits. */
  matching(pattern: RegExp): string[] {
    return this.files.filter((file) => pattern.test(file));
  }
}

function walk(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : walk(root, name);
    return entry.isFile() && !entry.name.endsWith('.log') && !entry.name.endsWith('.tsbuildinfo') ? [name] : [];
  });
}

/** Whether a file is a test or serves tests only. */
export const isTest = (file: string): boolean => /(^|\/)test\/|\.test\.tsx?$/.test(file);

/** Code that the rules read. */
export const CODE = /^(platform|plugins|workflows|apps|bench)\/.*\.(ts|tsx|mjs)$/;

/** The line of a position in a source file, from 1. */
export const lineOf = (source: ts.SourceFile, node: ts.Node): number => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;

/** The line of an offset in a text, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

const nodes = new WeakMap<ts.SourceFile, readonly ts.Node[]>();

/** Every node of a file, depth first; listed once for all rules. */
export function nodesOf(source: ts.SourceFile): readonly ts.Node[] {
  const known = nodes.get(source);
  if (known) return known;
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  nodes.set(source, found);
  return found;
}

/** The written texts of a file: string literals and the fixed parts of templates. */
export function* stringsOf(source: ts.SourceFile): Generator<{ text: string; line: number; node: ts.Node }> {
  for (const node of nodesOf(source)) {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      yield { text: node.text, line: lineOf(source, node), node };
  }
}
