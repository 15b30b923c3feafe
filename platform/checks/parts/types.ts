import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Part } from '../part.ts';
import type { Finding } from '../rule.ts';
import { brokenTool, runNode, toolAt } from '../run-program.ts';

const ERROR = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/gm;

/** Remembers the types of unchanged files; lies where nothing is tracked. */
function memory(root: string): string {
  const folder = path.join(root, 'node_modules', '.cache', 'portico');
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return path.join(folder, 'types.tsbuildinfo');
}

/** Every workspace as one program, strict, from source. */
export const types: Part = {
  name: 'types',
  about: 'strict TypeScript over all workspaces, from source',
  rules: () => ['types'],
  async find(root) {
    const ended = await runNode(root, [
      toolAt(root, 'typescript/bin/tsc'),
      '--noEmit',
      '--pretty',
      'false',
      '--incremental',
      '--tsBuildInfoFile',
      memory(root),
    ]);
    const findings = [...ended.out.matchAll(ERROR)].map(
      ([, file, line, code, message]): Finding => ({ rule: 'types', file: file!, line: Number(line), message: `${code} ${message}` }),
    );
    return ended.code !== 0 && findings.length === 0 ? brokenTool('tsc', ended) : findings;
  },
  violations: [{ rule: 'types', plant: { 'plugins/leads/lead/planted-types.ts': "export const planted: number = ['a'][0].length;\n" } }],
};
