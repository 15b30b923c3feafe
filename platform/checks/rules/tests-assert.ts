import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { lineOf, nodesOf } from '../tree.ts';

// `until(…)` fails when what it waits for does not become true; a screen that is examined fails by axe and the page contract.
const LOOKS = /expect|assert|rejects|throws|toBe|check\(|should|\buntil\(|examine: true/i;
const isTestCall = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) && /^(it|test)(\.(each|for|concurrent|sequential)\b[\s\S]*)?$/.test(node.expression.getText());

function nameOf(node: ts.Node): string | undefined {
  if (ts.isFunctionDeclaration(node)) return node.name?.text;
  return ts.isVariableDeclaration(node) && node.initializer && ts.isFunctionLike(node.initializer) ? node.name.getText() : undefined;
}

// Functions of the same file that look at something, by themselves or by others of the file: a test may leave looking to them.
function lookers(source: ts.SourceFile): Set<string> {
  const functions = [...nodesOf(source)].flatMap((node) => (nameOf(node) ? [{ name: nameOf(node)!, body: node.getText() }] : []));
  const known = new Set<string>();
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const { name, body } of functions) if (looks(body, known)) known.add(name);
  }
  return known;
}

const looks = (body: string, known: ReadonlySet<string>): boolean => LOOKS.test(body) || [...body.matchAll(/\b(\w+)\(/g)].some(([, name]) => known.has(name!));

/** A test that looks at nothing is green for ever. */
export const testsAssert: Rule = {
  name: 'tests-assert',
  about: 'Every test asserts something.',
  *find(tree) {
    for (const file of tree.matching(/\.test\.tsx?$/)) {
      const source = tree.source(file);
      const known = lookers(source);
      for (const node of nodesOf(source)) {
        if (!isTestCall(node) || node.arguments.length < 2) continue;
        const body = node.arguments
          .slice(1)
          .map((one) => one.getText())
          .join('\n');
        if (!looks(body, known)) yield { file, line: lineOf(source, node), message: `${node.arguments[0]!.getText().slice(0, 70)} asserts nothing.` };
      }
    }
  },
  violation: {
    'plugins/leads/test/planted.test.ts':
      "import { it } from 'vitest';\nit('a lead is fine', () => {\n  const lead = { name: 'Ann' };\n  void lead.name;\n});\n",
  },
};
