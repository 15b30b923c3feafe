import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { CODE, isTest, lineOf, nodesOf, type Tree } from '../tree.ts';
import { pluginIds } from './no-plugin-id.ts';

const KEY = /^[a-z][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+$/;
const FILES = /^(plugins\/[^/]+|platform\/(core|ui))\/translations\/en\.json$/;
/** Properties whose text is shown to people. */
const SHOWN = new Set(['title', 'text', 'say', 'about', 'description', 'because', 'key', 'message', 'subject', 'label', 'hint', 'error', 'header']);
/** Plural forms of i18next: `leads.count_one`. */
const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Every key with the file and line that declares it. */
export function declaredKeys(tree: Tree): Map<string, { file: string; line: number }> {
  const keys = new Map<string, { file: string; line: number }>();
  for (const file of tree.matching(FILES)) {
    const lines = tree.text(file).split('\n');
    for (const key of Object.keys(tree.json<object>(file))) keys.set(key, { file, line: lines.findIndex((line) => line.includes(`"${key}"`)) + 1 });
  }
  return keys;
}

const productFiles = (tree: Tree): string[] => tree.matching(CODE).filter((file) => /\.tsx?$/.test(file) && !isTest(file));

// A text stands where people will read it: handed to t() or text(), or the value of a property that is shown.
function isShown(node: ts.Node): boolean {
  let { parent } = node;
  while (ts.isConditionalExpression(parent) || ts.isParenthesizedExpression(parent) || ts.isAsExpression(parent)) parent = parent.parent;
  if (ts.isPropertyAssignment(parent)) return SHOWN.has(parent.name.getText().replaceAll(/['"]/g, ''));
  if (ts.isCallExpression(parent)) return /(^|\.)(t|text)$/.test(parent.expression.getText());
  return false;
}

/** A key that nobody wrote would be shown to people as it is. */
export const keysExist: Rule = {
  name: 'translation-exists',
  about: 'Every translation key that is used is declared in a translations/en.json.',
  *find(tree) {
    const declared = declaredKeys(tree);
    const areas = new Set([...pluginIds(tree), 'portico', 'ui']);
    const isDeclared = (key: string): boolean => declared.has(key) || declared.has(`${key}_other`);
    for (const file of productFiles(tree)) {
      const source = tree.source(file);
      for (const node of nodesOf(source)) {
        if (!ts.isStringLiteralLike(node) || !KEY.test(node.text) || !areas.has(node.text.split('.', 1)[0]!)) continue;
        if (isShown(node) && !isDeclared(node.text))
          yield { file, line: lineOf(source, node), message: `The text "${node.text}" is in no translations/en.json.` };
      }
    }
  },
  violation: { 'plugins/leads/portal/planted.ts': "export const page = { title: 'leads.never-written' };\n" },
};

/** What the code says of keys: whole ones, and beginnings that are completed at run time (`returns.status.${status}`). */
function mentions(tree: Tree): { whole: Set<string>; beginnings: Set<string> } {
  const whole = new Set<string>();
  const beginnings = new Set<string>();
  for (const file of tree.matching(CODE)) {
    if (isTest(file)) continue;
    for (const node of nodesOf(tree.source(file))) {
      if (ts.isStringLiteralLike(node) && KEY.test(node.text)) whole.add(node.text);
      else if (ts.isTemplateHead(node) && /^[a-z][a-z0-9-]*\.[a-z0-9.-]*$/.test(node.text)) beginnings.add(node.text);
      else if (ts.isStringLiteralLike(node) && /^[a-z][a-z0-9-]*\.(?:[a-z0-9-]+\.)*$/.test(node.text)) beginnings.add(node.text);
    }
  }
  return { whole, beginnings };
}

// The host reads these by convention: `<kind>.<step>` and `<kind>.<step>.planned` of a process, by its kind.
const processKinds = (tree: Tree): string[] =>
  tree
    .matching(/\.(case|clock)\.ts$|^plugins\/[^/]+\/workflows\/.*\.ts$/)
    .flatMap((file) => [...tree.text(file).matchAll(/\bkind: '([a-z0-9.-]+)'/g)].map(([, kind]) => `${kind}.`));

/** A sentence that nothing shows is a sentence that somebody will translate for nothing. */
export const keysAreUsed: Rule = {
  name: 'translation-used',
  about: 'Every declared translation key is used.',
  *find(tree) {
    const { whole, beginnings } = mentions(tree);
    const kinds = processKinds(tree);
    const starts = [...beginnings, ...kinds];
    for (const [key, { file, line }] of declaredKeys(tree)) {
      const plain = key.replace(PLURAL, '');
      // the log of changes gives words to `leads.order-paused` under `leads.audit.order-paused`
      if (whole.has(plain) || whole.has(plain.replace('.audit.', '.')) || starts.some((start) => plain.startsWith(start))) continue;
      yield { file, line, message: `"${key}" is used nowhere. Remove it.` };
    }
  },
  violation: { 'platform/ui/translations/en.json': (text) => text.replace('{', '{\n  "ui.nobody-shows-this": "Nobody",') },
};
