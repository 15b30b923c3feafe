import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from './command.ts';
import { commandName, commands } from './commands/registry.ts';
import { checkoutRoot } from './embedded/node-program.ts';
import { dataFiles } from './start/data-folder.ts';
import { readRunFile } from './start/run-file.ts';
import type { Environment } from './embedded/environment.ts';

/**
 * `npx portico <words> [--data DIR] [--json] …`: finds the installation, runs the command's file, prints its result.
 * @returns the exit code; a failure is one sentence on standard error, or `{"error": …}` with `--json`
 */
export async function runPortico(args: string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    const { argv, data } = takeGlobalFlags(args);
    const found = findCommand(argv);
    if (!found) return tellCommands(argv, json);
    const command = await loadCommand(found.words);
    const folder = path.resolve(data ?? path.join(checkoutRoot(), '.data'));
    const result = await command({ argv: found.rest, data: folder, run: readRunFile(folder), env: installationEnvironment(folder) });
    console.log(json ? JSON.stringify(result.json, null, 2) : result.text);
    return 0;
  } catch (failure) {
    const sentence = (failure as Error).message.split('\n')[0];
    console.error(json ? JSON.stringify({ error: sentence }) : sentence);
    return 1;
  }
}

function takeGlobalFlags(args: string[]): { argv: string[]; data?: string } {
  const argv: string[] = [];
  let data: string | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === '--json') continue;
    if (arg === '--data') data = args[++index] ?? '';
    else if (arg.startsWith('--data=')) data = arg.slice('--data='.length);
    else argv.push(arg);
  }
  if (data === '') throw new Error('--data needs a value.');
  return { argv, data };
}

/** The command whose words the arguments begin with. */
function findCommand(argv: string[]): { words: string; rest: string[] } | undefined {
  for (const { words } of commands) {
    const length = words.split(' ').length;
    if (argv.slice(0, length).join(' ') === words) return { words, rest: argv.slice(length) };
  }
  return undefined;
}

function tellCommands(argv: string[], json: boolean): number {
  const asked = argv.length === 0 || argv[0] === 'help' || argv[0] === '--help';
  if (json && !asked) throw new Error(`There is no command "${argv.slice(0, 2).join(' ')}".`);
  const say = asked ? console.log : console.error;
  if (!asked) say(`There is no command "${argv.slice(0, 2).join(' ')}".`);
  for (const { words, help } of commands) say(`  portico ${words.padEnd(15)} ${help}`);
  say('  Each takes --data DIR (default: .data) and --json.');
  return asked ? 0 : 1;
}

async function loadCommand(words: string): Promise<Command> {
  const file = path.join(import.meta.dirname, 'commands', `${commandName(words)}${path.extname(import.meta.filename)}`);
  if (!existsSync(file)) throw new Error(`The command "${words}" is not built (there is no ${file}); run npm run build.`);
  const { run } = (await import(pathToFileURL(file).href)) as { run: Command };
  return run;
}

/** What web and worker were given at the last start, so a command works on the same database with the same secret. */
function installationEnvironment(data: string): Environment {
  const { environment } = dataFiles(data);
  const kept = existsSync(environment) ? (JSON.parse(readFileSync(environment, 'utf8')) as Environment) : {};
  return { ...process.env, ...kept };
}
