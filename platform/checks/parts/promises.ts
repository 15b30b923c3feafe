import path from 'node:path';
import type { Part } from '../part.ts';
import type { Finding } from '../rule.ts';
import { brokenTool, runNode, toolAt } from '../run-program.ts';

interface Result {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string; readonly line?: number }[];
}

/** The two costliest slips: a charge that nobody waits for, and an update that never runs. */
export const promises: Part = {
  name: 'promises',
  about: 'every promise and every query is waited for (ESLint with types)',
  rules: () => ['no-floating-promises', 'no-misused-promises'],
  async find(root) {
    const ended = await runNode(root, [toolAt(root, 'eslint/bin/eslint.js'), '--format=json', '.']);
    if (!ended.out.trimStart().startsWith('[')) return brokenTool('eslint', ended);
    return (JSON.parse(ended.out) as Result[]).flatMap(({ filePath, messages }) =>
      messages.map(
        ({ ruleId, message, line }): Finding => ({
          rule: ruleId?.split('/').at(-1) ?? 'eslint',
          file: path.relative(root, filePath),
          ...(line ? { line } : {}),
          message,
        }),
      ),
    );
  },
  violations: [
    {
      rule: 'no-floating-promises',
      plant: { 'plugins/leads/lead/planted-promise.ts': 'export function planted(work: () => Promise<void>): void {\n  work();\n}\n' },
    },
    {
      rule: 'no-floating-promises',
      plant: {
        'plugins/leads/lead/planted-query.ts':
          "import type { Tx } from '@portico/kit/server';\nimport { Lead } from './lead.model.ts';\n\nexport function planted(tx: Tx, id: string): void {\n  tx.query(Lead).patch({ status: 'won' }).where({ id });\n}\n",
      },
    },
    {
      rule: 'no-misused-promises',
      plant: { 'plugins/leads/lead/planted-misuse.ts': 'export const planted = (isOpen: () => Promise<boolean>): number => (isOpen() ? 1 : 2);\n' },
    },
  ],
};
