import { runSource } from '../start/run-source.ts';

/** `npm run gate:removal`: takes the example plugins out of a copy and shows that everything else goes on. */
export function run(argv: string[]): Promise<number> {
  return runSource('platform/checks/removal.ts', argv);
}
