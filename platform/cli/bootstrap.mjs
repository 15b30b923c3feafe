// The door of every npm script: plain Node without dependencies, because on a fresh clone there are none yet.
// It makes sure that packages are installed, compiles the command line, and hands over to the command's own file.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { findObstacles } from './start/preflight.mjs';
import { readSettings } from './start/settings.mjs';

const root = path.resolve(import.meta.dirname, '../..');

/** Each command lives in `commands/<name>.ts` (or `.mjs`) and exports `run(argv)`, which answers with the exit code. */
const commands = {
  start: { help: 'start everything on this machine', before: refuseEarly },
  dev: { help: 'start, and build and restart what changes', before: refuseEarly },
  build: { help: 'build what is stale' },
  test: { help: 'run the tests' },
  stories: { help: 'run browser stories against an installation that is up' },
  check: { help: 'check format, types, rules' },
  'check-bite': { help: 'prove that every check catches its violation' },
  sabotage: { help: 'prove that tests notice planted faults' },
  'gate-money': { help: 'kill what moves money at eight points, and race for the same invoice: the full rounds' },
  'gate-crash': { help: 'kill parts under load and count what was lost' },
  'gate-removal': { help: 'take the example plugins out of a copy and show that the rest goes on' },
  bench: { help: 'measure speed beside plain twins' },
  'new-plugin': { help: 'make a new plugin from the template' },
};

process.exit(await main(process.argv.slice(2)));

async function main([name, ...argv]) {
  const command = Object.hasOwn(commands, name ?? '') ? commands[name] : undefined;
  if (!command) return fail([`There is no command "${name ?? ''}".`, ...Object.entries(commands).map(([known, { help }]) => `  ${known.padEnd(12)} ${help}`)]);
  const problems = (await command.before?.(argv)) ?? [];
  if (problems.length) return fail(problems);
  if (!isInstalled() && (await install()) !== 0) return fail(['Installing the packages failed; see above.']);
  const file = await commandFile(name);
  if (!file) return fail([`The command "${name}" has no file platform/cli/commands/${name}.ts yet.`]);
  const { run } = await import(pathToFileURL(file).href);
  return run(argv);
}

/** Wrong settings are told in the first second, not after an installation of minutes. */
async function refuseEarly(argv) {
  const { settings, problems } = readSettings(argv, process.env, root);
  return problems.length ? problems : findObstacles(settings);
}

function fail(sentences) {
  for (const sentence of sentences) console.error(sentence);
  return 1;
}

/** Installed means: every package that the lock file names is there in that version. Optional ones may be missing. */
function isInstalled() {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const present = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([where, { version, link, optional, devOptional, peer }]) => {
    if (!where.includes('node_modules/') || link || optional || devOptional || peer) return true;
    return present[where]?.version === version;
  });
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {};
}

async function install() {
  const began = performance.now();
  console.log('  … Installing packages (npm ci)');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const code = await runProgram(npm[0], [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=error'], root);
  if (code === 0) console.log(`  ✓ Packages are installed (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  return code;
}

/** The compiled file of a command. Compiling takes a fraction of a second, so it is done each time. */
async function commandFile(name) {
  const plain = path.join(import.meta.dirname, 'commands', `${name}.mjs`);
  if (existsSync(plain)) return plain;
  if (!existsSync(path.join(import.meta.dirname, 'commands', `${name}.ts`))) return undefined;
  // the kit too: commands know its rules, and a fresh clone has nothing built
  for (const folder of [path.join(root, 'platform/kit'), import.meta.dirname]) {
    const code = await runProgram(process.execPath, [path.join(import.meta.dirname, 'build-package.mjs')], folder);
    if (code !== 0) process.exit(code);
  }
  return path.join(import.meta.dirname, 'dist', 'commands', `${name}.js`);
}

/** Runs a program to its end; a signal to this process alone ends it too. */
function runProgram(file, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
    const pass = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
    child.once('error', (failure) => resolve(fail([failure.message])));
    child.once('exit', (code, signal) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(name, pass);
      if (signal) process.exit(130);
      resolve(code ?? 1);
    });
  });
}
