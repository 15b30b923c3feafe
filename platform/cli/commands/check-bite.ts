import { runSource } from '../start/run-source.ts';

/** `npm run check:bite [-- --only imports]`: breaks every rule of `npm run check` once, in a copy, and demands that it is found by its name. */
export function run(argv: string[]): Promise<number> {
  return runSource('platform/checks/bite.ts', argv);
}
