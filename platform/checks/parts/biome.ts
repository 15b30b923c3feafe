import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Part, Violation } from '../part.ts';
import type { Finding } from '../rule.ts';
import { brokenTool, runNode, toolAt } from '../run-program.ts';

const LINE = /^::error title=([^,]+),file=([^,]+)(?:,line=(\d+))?[^:]*::(.*)$/;

async function biome(root: string, command: 'format' | 'lint'): Promise<Finding[]> {
  const ended = await runNode(root, [toolAt(root, '@biomejs/biome/bin/biome'), command, '--reporter=github', '--max-diagnostics=5000', '.']);
  const findings = ended.out.split('\n').flatMap((line): Finding[] => {
    const match = LINE.exec(line);
    if (!match) return [];
    const [, title, file, at, message] = match;
    return [
      {
        rule: title!.split('/').at(-1)!,
        file: path.relative(root, path.resolve(root, file!)),
        ...(at ? { line: Number(at) } : {}),
        message: message!.replaceAll('%0A', ' '),
      },
    ];
  });
  return ended.code !== 0 && findings.length === 0 ? brokenTool('biome', ended) : findings;
}

/** How every file looks. */
export const format: Part = {
  name: 'format',
  about: 'two spaces, single quotes, semicolons, trailing commas, 160 columns (Biome; npx biome format --write . repairs it)',
  rules: () => ['format'],
  find: (root) => biome(root, 'format'),
  violations: [{ rule: 'format', plant: { 'platform/kit/planted.ts': '/** One. */\nexport const planted = {one : "1"}\n' } }],
};

type Rules = Record<string, Record<string, unknown>>;

function enabledRules(root: string): string[] {
  const { linter } = JSON.parse(readFileSync(path.join(root, 'biome.json'), 'utf8')) as { linter: { rules: Rules } };
  return Object.values(linter.rules).flatMap((group) => (typeof group === 'object' ? Object.keys(group) : []));
}

const inPage = (rule: string, jsx: string, before = ''): Violation => ({
  rule,
  plant: { [`plugins/leads/portal/planted-${rule.toLowerCase()}.tsx`]: `${before}export const Planted = () => ${jsx};\n` },
});
const inCode = (rule: string, code: string): Violation => ({ rule, plant: { [`plugins/leads/lead/planted-${rule.toLowerCase()}.ts`]: code } });

/** What a linter without types can see. */
export const lint: Part = {
  name: 'lint',
  about: 'what is unused, unreachable to a keyboard or a screen reader, unsafe, or older than the language (Biome)',
  rules: enabledRules,
  find: (root) => biome(root, 'lint'),
  violations: [
    inPage('noLabelWithoutControl', '<label className="field">{1}</label>'),
    inPage('useAltText', '<img src="/files/logo" />'),
    inPage('useButtonType', '<button>{1}</button>'),
    inPage('useValidAnchor', '<a href="#">{1}</a>'),
    inPage('noDangerouslySetInnerHtml', "<p dangerouslySetInnerHTML={{ __html: 'x' }} />"),
    inPage('useJsxKeyInIterable', '<ul>{[1, 2].map((one) => <li>{one}</li>)}</ul>'),
    inPage('useHookAtTopLevel', '<p>{Math.random() > 2 ? useId() : null}</p>', "import { useId } from 'react';\n"),
    {
      rule: 'useExhaustiveDependencies',
      plant: {
        'plugins/leads/portal/planted-dependencies.tsx':
          "import { useEffect } from 'react';\nexport function Planted({ title }: { title: string }) {\n  useEffect(() => {\n    document.title = title;\n  }, []);\n  return null;\n}\n",
      },
    },
    inCode('noExcessiveLinesPerFunction', `export function planted(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(60)}  return sum;\n}\n`),
    inCode('noUnusedFunctionParameters', 'export const planted = (given: string): number => 1;\n'),
    inCode('noUnusedImports', "import { readFileSync } from 'node:fs';\nexport const planted = 1;\n"),
    inCode('noUnusedVariables', 'export function planted(): number {\n  const unused = 1;\n  return 2;\n}\n'),
    inCode('noGlobalEval', "export const planted = (): unknown => eval('1');\n"),
    inCode('noEnum', 'export enum Planted {\n  One = 1,\n}\n'),
    inCode('noNamespace', 'export namespace Planted {\n  export const one = 1;\n}\n'),
    inCode('useConst', 'export function planted(): number {\n  let one = 1;\n  return one;\n}\n'),
    inCode('useImportType', "import { Lead } from './lead.model.ts';\nexport type Planted = Lead;\n"),
    inCode('useNodejsImportProtocol', "import path from 'path';\nexport const planted = path.sep;\n"),
    inCode('useThrowOnlyError', "export function planted(): never {\n  throw 'no';\n}\n"),
    inCode('noAsyncPromiseExecutor', 'export const planted = new Promise<number>(async (resolve) => resolve(1));\n'),
    inCode('noConsole', "export const planted = (): void => console.log('here');\n"),
    inCode('noDebugger', 'export function planted(): void {\n  debugger;\n}\n'),
    inCode('noDoubleEquals', 'export const planted = (a: unknown, b: unknown): boolean => a == b;\n'),
    inCode(
      'noFallthroughSwitchClause',
      'export function planted(n: number): number {\n  let sum = 0;\n  switch (n) {\n    case 1:\n      sum += 1;\n    default:\n      sum += 2;\n  }\n  return sum;\n}\n',
    ),
    inCode('noImplicitAnyLet', 'export function planted(): unknown {\n  let later;\n  later = 1;\n  return later;\n}\n'),
    inCode('noTsIgnore', `// @ts-${'ignore'}\nexport const planted: string = 1;\n`),
    inCode('noVar', 'export function planted(): number {\n  var one = 1;\n  return one;\n}\n'),
  ],
};
