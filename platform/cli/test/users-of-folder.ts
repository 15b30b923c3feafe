import { readdirSync } from 'node:fs';
import { describeProcess } from '../embedded/process-record.mjs';

/** Processes whose command line names something below a data folder, sorted: `postgres`, `temporal`, else the whole line. */
export function usersOfFolder(data: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describeProcess(Number(name)) ?? [])
    .filter(({ command }) => command.includes(`${data}/`))
    .map(({ command }) => (command.includes('/postgres -D') ? 'postgres' : command.includes('start-dev') ? 'temporal' : command))
    .sort();
}
