import { runSource } from '../start/run-source.ts';

/**
 * `npm run gate:crash`: worker, Postgres and Temporal killed with `kill -9` under load, PORTICO_ROUNDS times each (10), then
 * everything is counted. Answers with the exit code.
 */
export function run(argv: string[]): Promise<number> {
  return runSource('platform/testing/crash/gate.ts', argv);
}
