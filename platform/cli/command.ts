import type { Run } from './start/run-file.ts';
import type { Environment } from './embedded/environment.ts';

/** What a command of `npx portico` is given. */
export interface CommandContext {
  /** The arguments after the command's words, without `--data` and `--json`. */
  argv: string[];
  /** The data folder, absolute. */
  data: string;
  /** What `<data>/run.json` says. */
  run: Run;
  /** The environment that web and worker of that installation have: DATABASE_URL, TEMPORAL_ADDRESS, PORTICO_SECRET … */
  env: Environment;
}

/** `json` is for programs (`--json`), `text` for people. */
export interface CommandResult {
  json: unknown;
  text: string;
}

/**
 * What a command's file exports as `run`. It throws an Error with one sentence when it cannot do what was asked; the
 * exit code is 1 then.
 */
export type Command = (context: CommandContext) => Promise<CommandResult>;
