import { runSource } from '../start/run-source.ts';

/** `npm run check [-- --only types,imports,no-plugin-id]`: format, lint, types, promises, imports, unused code, our own rules. */
export function run(argv: string[]): Promise<number> {
  return runSource('platform/checks/check.ts', argv);
}
