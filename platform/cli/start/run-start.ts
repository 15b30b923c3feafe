import { PartFailure } from '../embedded/running-part.ts';
import { lockFolder } from './folder-lock.mjs';
import { findObstacles } from './preflight.mjs';
import { whenNpmIsGone } from './npm-parent.ts';
import type { Programs } from './programs.ts';
import { standInOf } from './run-file.ts';
import { signInTable } from './sign-in-table.ts';
import { startPortico, type RunningInstallation } from './start-portico.ts';
import { readSettings } from './settings.mjs';
import { seconds } from './steps.ts';
import type { Environment } from '../embedded/environment.ts';

/** A signal whose work takes longer than this is not waited for any more. */
const shutdownWithinMs = 9_800;

/** Something that goes on from when the installation is ready until the signal is aborted. */
export type WhileReady = (installation: RunningInstallation, say: (line: string) => void, signal: AbortSignal) => void;

/**
 * `npm start` from its arguments to its exit code: checks, locks the data folder, starts, tells, and stays until SIGINT,
 * SIGTERM or SIGHUP ends everything.
 */
export async function runStart(
  argv: string[],
  env: Environment,
  root: string,
  programsOf: (root: string) => Programs,
  whileReady: WhileReady = () => undefined,
): Promise<number> {
  const began = performance.now();
  const { settings, problems } = readSettings(argv, env, root);
  const obstacles = problems.length ? problems : await findObstacles(settings);
  if (obstacles.length) return refuse(obstacles);
  const unlock = lockFolder(settings.data);
  if (!unlock) return refuse([`Portico already runs on ${settings.data}; stop it first or choose another folder with --data.`]);
  const asked = askedToStop(env);
  const say = (line: string) => console.log(line);
  try {
    const programs = programsOf(root);
    const installation = await startPortico(settings, programs, say, asked.signal);
    const standIns = programs.standIns.map(({ name }) => name).filter((name) => standInOf(installation.run, name));
    say(`\n  Portico is ready (${seconds(performance.now() - began)}).\n\n${signInTable(installation.run, settings.data, standIns)}\n`);
    whileReady(installation, say, asked.signal);
    await asked.happened;
    say('  Stopping …');
    await installation.stop();
    say('  Stopped.');
    return 0;
  } catch (failure) {
    if (asked.signal.aborted) return 130;
    return refuse([tell(failure)]);
  } finally {
    unlock();
  }
}

function refuse(sentences: string[]): number {
  for (const sentence of sentences) console.error(sentence);
  return 1;
}

function tell(failure: unknown): string {
  if (failure instanceof PartFailure) return [`Portico did not start: ${failure.message}`, failure.output].filter(Boolean).join('\n');
  return `Portico did not start: ${failure instanceof Error ? failure.message : String(failure)}`;
}

/** A terminal's Ctrl-C reaches us twice, directly and through npm: only the first signal counts. */
function askedToStop(env: Environment): { signal: AbortSignal; happened: Promise<void> } {
  const controller = new AbortController();
  const happened = new Promise<void>((resolve) => controller.signal.addEventListener('abort', () => resolve()));
  const stop = () => {
    if (controller.signal.aborted) return;
    controller.abort();
    setTimeout(() => process.exit(1), shutdownWithinMs).unref();
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  whenNpmIsGone(env, stop);
  return { signal: controller.signal, happened };
}
