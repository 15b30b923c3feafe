import type { Part } from '../part.ts';
import type { Finding } from '../rule.ts';
import { brokenTool, runNode, toolAt } from '../run-program.ts';

interface Named {
  readonly name: string;
  readonly line?: number;
}
interface Issue {
  readonly file: string;
  readonly files?: readonly Named[];
  readonly dependencies?: readonly Named[];
  readonly devDependencies?: readonly Named[];
  readonly unlisted?: readonly Named[];
  readonly unresolved?: readonly Named[];
  readonly exports?: readonly Named[];
}

/** What knip finds, by the name of our rule and what to say of it. */
const KINDS = {
  files: ['unused-file', 'Nothing imports it.'],
  exports: ['unused-export', 'is exported, and no other file imports it.'],
  dependencies: ['unused-dependency', 'stands in package.json, and nothing imports it.'],
  devDependencies: ['unused-dependency', 'stands in package.json, and nothing imports it.'],
  unlisted: ['unlisted-dependency', 'is imported, but package.json of this workspace does not name it.'],
  unresolved: ['unresolved-import', 'leads nowhere.'],
} as const;

function findingsOf(issue: Issue): Finding[] {
  return (Object.keys(KINDS) as (keyof typeof KINDS)[]).flatMap((kind) =>
    (issue[kind] ?? []).map(({ name, line }): Finding => {
      const [rule, words] = KINDS[kind];
      return { rule, file: issue.file, ...(line ? { line } : {}), message: kind === 'files' ? words : `${name} ${words}` };
    }),
  );
}

/** What nobody needs is in the way of who reads. */
export const unused: Part = {
  name: 'unused',
  about: 'no file, export or dependency that nobody uses, none used that is not named (knip)',
  rules: () => [...new Set(Object.values(KINDS).map(([rule]) => rule))],
  async find(root) {
    const ended = await runNode(root, [toolAt(root, 'knip/bin/knip.js'), '--reporter=json', '--no-progress']);
    const at = ended.out.indexOf('{"issues"');
    if (at < 0) return brokenTool('knip', ended);
    return (JSON.parse(ended.out.slice(at)) as { issues: Issue[] }).issues.flatMap(findingsOf);
  },
  violations: [
    { rule: 'unused-file', plant: { 'plugins/leads/lead/planted-alone.ts': 'const alone = 1;\nvoid alone;\n' } },
    { rule: 'unused-export', plant: { 'plugins/leads/lead/sort-keys.ts': (text) => `${text}\nexport const plantedForNobody = 1;\n` } },
    { rule: 'unused-dependency', plant: { 'workflows/package.json': (text) => text.replace('"dependencies": {', '"dependencies": {\n    "isbot": "*",') } },
    { rule: 'unlisted-dependency', plant: { 'workflows/return-approval/planted.case.ts': "import { isbot } from 'compression';\nvoid isbot;\n" } },
    { rule: 'unresolved-import', plant: { 'workflows/return-approval/planted-nowhere.case.ts': "import { nothing } from './nowhere.ts';\nvoid nothing;\n" } },
  ],
};
