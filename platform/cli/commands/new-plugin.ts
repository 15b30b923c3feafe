import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pluginIdProblem } from '@portico/kit';
import { checkoutRoot } from '../embedded/node-program.ts';
import { pluginFiles } from '../new-plugin/plugin-files.ts';

/** `npm run new:plugin <name>`: a folder under plugins/ with everything in its smallest form, listed and linked. */
export async function run(argv: string[]): Promise<number> {
  const [id, ...rest] = argv;
  const root = checkoutRoot();
  const problem = nameProblem(id, rest, root);
  if (problem) {
    console.error(problem);
    return 1;
  }
  const dir = path.join(root, 'plugins', id!);
  for (const [file, text] of Object.entries(pluginFiles(id!))) {
    mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
    writeFileSync(path.join(dir, file), text);
  }
  list(root, `@portico/plugin-${id}`);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  // how long a line is depends on the name
  const biome = path.join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  execFileSync(process.execPath, [biome, 'format', '--write', '--log-level=error', dir], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(
    `plugins/${id} is ready. Try its test:\n  npm test -- plugins/${id}\nand switch it on at a business:\n  npx portico plugin enable --business <slug> --plugin ${id}`,
  );
  return 0;
}

/** Why no plugin of this name can be made in a checkout, in one sentence; undefined when one can. */
export function nameProblem(id: string | undefined, rest: readonly string[], root: string): string | undefined {
  if (!id || rest.length > 0) return 'Say one name: npm run new:plugin my-plugin';
  const problem = pluginIdProblem(id);
  if (problem) return `No plugin can be called so: ${problem}.`;
  if (existsSync(path.join(root, 'plugins', id))) return `plugins/${id} exists already.`;
  return undefined;
}

function list(root: string, name: string): void {
  const file = path.join(root, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { portico: { plugins: string[] } };
  manifest.portico.plugins.push(name);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}
