import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { CODE, lineOf, nodesOf } from '../tree.ts';

const COMMENT = /\/\/|\/\*/;

/** Whether the line of a node, the one above, or the comment of the function around it says something. */
function isExplained(source: ts.SourceFile, node: ts.Node): boolean {
  const line = lineOf(source, node);
  if (
    COMMENT.test(
      source.text
        .split('\n')
        .slice(Math.max(0, line - 2), line)
        .join('\n'),
    )
  )
    return true;
  const around = ts.findAncestor(node, (one) => ts.isFunctionDeclaration(one) || ts.isMethodDeclaration(one) || ts.isVariableStatement(one));
  return around !== undefined && (ts.getLeadingCommentRanges(source.text, around.getFullStart()) ?? []).length > 0;
}

const doesNothing = (node: ts.Node | undefined): boolean =>
  node !== undefined && ts.isArrowFunction(node) && /^(\{\s*\}|undefined|null|void 0)$/.test(node.body.getText());

/** An error that is swallowed without a word hides the next fault. */
export const noSilentCatch: Rule = {
  name: 'no-silent-catch',
  about: 'No empty catch, and no .catch(() => undefined), without a comment that says why nothing is to be done.',
  *find(tree) {
    for (const file of tree.matching(CODE)) {
      const source = tree.source(file);
      for (const node of nodesOf(source)) {
        const isEmptyBlock = ts.isCatchClause(node) && node.block.statements.length === 0 && !COMMENT.test(node.block.getText(source));
        const isEmptyCall =
          ts.isCallExpression(node) &&
          ts.isPropertyAccessExpression(node.expression) &&
          node.expression.name.text === 'catch' &&
          doesNothing(node.arguments[0]) &&
          !isExplained(source, node.expression.name);
        if (isEmptyBlock || isEmptyCall)
          yield {
            file,
            line: lineOf(source, isEmptyCall ? node.expression : node),
            message: 'The error vanishes here. Handle it, let it pass, or say in a comment why nothing is to be done.',
          };
      }
    }
  },
  violation: {
    'platform/core/planted.ts': 'export async function quiet(work: () => Promise<void>): Promise<void> {\n  try {\n    await work();\n  } catch {}\n}\n',
  },
};
