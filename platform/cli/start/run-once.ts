import { spawn } from 'node:child_process';
import type { NodeProgram } from './programs.ts';
import { asProcessEnv, type Environment } from '../embedded/environment.ts';

/**
 * Runs a program to its end.
 * @returns what it wrote to standard output
 * @throws Error with the last lines that it wrote when it fails
 */
export async function runOnce(name: string, program: NodeProgram, env: Environment, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, program.args, {
    cwd: program.cwd,
    env: asProcessEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGTERM',
    detached: true,
  });
  let written = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${name} failed: ${(complaints.trim() || written.trim()).slice(-3_000)}`);
  return written;
}
