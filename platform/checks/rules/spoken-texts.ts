import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { isTest, lineOf, nodesOf } from '../tree.ts';

const WORD = /\p{L}{2}/u;
/** Attributes that people see or hear. */
const HEARD = new Set(['aria-label', 'alt', 'title', 'placeholder', 'label', 'heading', 'sub', 'hint', 'caption', 'aria-description']);
const KEY = /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$/;

function spoken(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return WORD.test(node.text) ? node.text.trim() : undefined;
  if (!ts.isJsxAttribute(node) || !HEARD.has(node.name.getText())) return undefined;
  const value = node.initializer && ts.isJsxExpression(node.initializer) ? node.initializer.expression : node.initializer;
  return value && ts.isStringLiteralLike(value) && WORD.test(value.text) && !KEY.test(value.text) ? value.text : undefined;
}

/** What a person reads goes through t(), from the first day. */
export const spokenTexts: Rule = {
  name: 'spoken-texts',
  about: 'No words between tags or in a label that do not come from a translation.',
  *find(tree) {
    for (const file of tree.matching(/^(plugins|platform\/ui|apps\/web)\/.*\.tsx$/)) {
      if (isTest(file)) continue;
      const source = tree.source(file);
      for (const node of nodesOf(source)) {
        const words = spoken(node);
        if (words) yield { file, line: lineOf(source, node), message: `"${words.slice(0, 50)}" is written into the page. Use t() and translations/en.json.` };
      }
    }
  },
  violation: { 'plugins/leads/portal/planted.page.tsx': 'export default function Planted() {\n  return <p>Nothing here yet</p>;\n}\n' },
};
