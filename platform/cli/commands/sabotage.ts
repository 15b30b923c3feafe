import { runSource } from '../start/run-source.ts';

/** `npm run sabotage [-- --only no-origin-check]`: plants faults in a copy of the product, one at a time, and demands that a named test notices. */
export function run(argv: string[]): Promise<number> {
  return runSource('platform/checks/sabotage.ts', argv);
}
