import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crashUnderLoad, freezeWorker, openCrashSite, type Count, type CrashOutcome } from './index.ts';

/** `PORTICO_KILLS` or 10: how often each part is killed. */
function roundsOf(text: string | undefined): number {
  const rounds = Number(text ?? 10);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`PORTICO_KILLS must be a whole number from 1, not "${text}".`);
  return rounds;
}

function tell(counts: readonly Count[]): number {
  for (const { what, expected, found } of counts)
    console.log(`  ${found === expected ? '✓' : '✗'} ${what}: ${found}${found === expected ? '' : `, expected ${expected}`}`);
  return counts.filter(({ found, expected }) => found !== expected).length;
}

function keep(rounds: number, { counts, promised, back }: CrashOutcome, frozen: readonly Count[]): void {
  const file = path.resolve(import.meta.dirname, '../../../reports/crash.json');
  const report = { rounds, leads: promised.leads.size, returns: promised.returns.size, unanswered: promised.unanswered, back, counts, frozen };
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
}

/** `npm run gate:crash`: the worker stopped and continued, then each part killed under load. Exit code 1 when a count is wrong. */
async function main(): Promise<number> {
  const rounds = roundsOf(process.env.PORTICO_KILLS);
  const say = (line: string): void => console.log(`  … ${line}`);
  say('starting an installation');
  const site = await openCrashSite();
  try {
    const frozen = await freezeWorker(site);
    console.log('\nThe worker stopped and continued');
    const wrongFrozen = tell(frozen);
    const outcome = await crashUnderLoad(site, rounds, say);
    console.log(`\nWorker, Postgres and Temporal killed ${rounds} times each; ${outcome.promised.unanswered} calls had no answer and were repeated`);
    const wrong = wrongFrozen + tell(outcome.counts);
    keep(rounds, outcome, frozen);
    console.log(wrong === 0 ? '\nNothing was lost, and nothing happened twice.' : `\n${wrong} counts are wrong.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await site.stop();
  }
}

process.exitCode = await main();
