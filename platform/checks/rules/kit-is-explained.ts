import ts from 'typescript';
import type { Rule } from '../rule.ts';
import { isTest, lineOf } from '../tree.ts';

const isExported = (node: ts.Statement): boolean =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) ?? false);

const nameOf = (node: ts.Statement): string =>
  ts.isVariableStatement(node)
    ? node.declarationList.declarations.map((one) => one.name.getText()).join(', ')
    : ((node as ts.DeclarationStatement).name?.getText() ?? 'default');

// An overload or a type of the same name may stand under one comment.
const isExplained = (source: ts.SourceFile, node: ts.Statement): boolean =>
  (ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []).some((range) => source.text.startsWith('/**', range.pos));

/** The kit is all that a plugin's author reads. */
export const kitIsExplained: Rule = {
  name: 'kit-is-explained',
  about: 'Every export of @portico/kit has a docstring.',
  *find(tree) {
    for (const file of tree.matching(/^platform\/kit\/.*\.ts$/)) {
      if (isTest(file)) continue;
      const source = tree.source(file);
      const explained = new Set<string>();
      for (const node of source.statements.filter(isExported)) {
        const name = nameOf(node);
        if (isExplained(source, node)) explained.add(name);
        else if (!explained.has(name))
          yield { file, line: lineOf(source, node), message: `"${name}" has no docstring: what it is, units, errors, what repeating does.` };
      }
    }
  },
  violation: { 'platform/kit/planted.ts': 'export const unexplained = 1;\n' },
};
