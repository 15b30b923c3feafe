import { spawn } from 'node:child_process';
import path from 'node:path';

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a program's script with this Node, in a folder, and waits for its end. */
export function runNode(root: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => void (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => void (err += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, out, err }));
  });
}

/** The script of an installed tool, from the folder of its package. */
export const toolAt = (root: string, script: string): string => path.join(root, 'node_modules', script);

/** Throws with what a tool said when its output is not what was expected: a tool that broke must not pass for one that found nothing. */
export function brokenTool(tool: string, { code, out, err }: Ended): never {
  throw new Error(`${tool} ended with ${code} and no result:\n${(err || out).trim().slice(0, 4_000)}`);
}
