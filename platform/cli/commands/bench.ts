import { runSource } from '../start/run-source.ts';
import { run as build } from './build.ts';

/** `npm run bench [-- --full]`: builds what is stale and measures the product beside plain twins (bench/README.md). Answers with the exit code. */
export async function run(argv: string[]): Promise<number> {
  return (await build()) === 0 ? runSource('bench/bench.ts', argv) : 1;
}
