import { InvalidInput } from '@portico/kit';

/** The business's own words as they stand in the form: one `key = text` on each line. */
export const wordsAsText = (words: Readonly<Record<string, string>>): string =>
  Object.entries(words)
    .map(([key, text]) => `${key} = ${text}`)
    .join('\n');

/** Reads them back. Throws InvalidInput at `words`, naming the line that is none. */
export function wordsFromText(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const words: [string, string][] = [];
  for (const [at, line] of lines.entries()) {
    if (line === '') continue;
    const match = /^([a-z][a-z0-9-]*(?:\.[a-z0-9_-]+)+)\s*=\s*(.+)$/.exec(line);
    if (!match) throw new InvalidInput({ words: { key: 'workspace.problem.word-line', values: { line: at + 1 } } });
    words.push([match[1]!, match[2]!]);
  }
  return Object.fromEntries(words);
}
