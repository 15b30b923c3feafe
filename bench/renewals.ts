import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { measureRenewals, type RenewalCase, type RenewalFigure } from './jobs/renew.ts';

/** What must be reached (issue of the money, line 13). CPU in microseconds per renewal. */
export const RENEWAL_TARGETS = { perRenewal: 1_200, slope: 1.3, temporalShare: 0.3, capUsed: 0.95, refused: 0.001 } as const;

const B7 = (sizes: readonly number[]): RenewalCase[] => [
  ...sizes.map((renewals) => ({ renewals, businesses: 1, latencyMs: 0, cap: 0 })),
  { renewals: 1_000, businesses: 1, latencyMs: 200, cap: 0 },
  { renewals: sizes.at(-1)!, businesses: 20, latencyMs: 0, cap: 0 },
  { renewals: Math.max(10_000, sizes.at(-1)!), businesses: 200, latencyMs: 0, cap: 0 },
];
const B7B: readonly RenewalCase[] = [
  { renewals: 500, businesses: 1, latencyMs: 0, cap: 25 },
  { renewals: 1_500, businesses: 1, latencyMs: 0, cap: 100 },
  { renewals: 5_000, businesses: 10, latencyMs: 0, cap: 25 },
];

/** Measures renewals, prints them, writes `reports/bench-renewals.json`. Answers how many targets were missed. */
export async function benchRenewals(jobs: ReadonlySet<string>, sizes: readonly number[], say: (line: string) => void, profileTo?: string): Promise<number> {
  const cases = [...(jobs.has('B7') ? B7(sizes) : []), ...(jobs.has('B7b') ? B7B : [])];
  const loadBefore = loadavg();
  const figures: RenewalFigure[] = [];
  for (const one of cases) figures.push(await measureRenewals(one, say, profileTo));
  console.log('\nCPU µs per renewal (worker, Temporal and Postgres; web does nothing)\n');
  for (const figure of figures) console.log(lineOf(figure));
  const missed = missedIn(figures);
  for (const line of missed) console.log(`  ✗ ${line}`);
  const file = path.resolve(import.meta.dirname, '../reports/bench-renewals.json');
  mkdirSync(path.dirname(file), { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, loadBefore, loadAfter: loadavg() };
  writeFileSync(file, `${JSON.stringify({ machine, targets: RENEWAL_TARGETS, figures, missed }, null, 1)}\n`);
  console.log(`\n${missed.length === 0 ? 'Every target is reached.' : `${missed.length} targets are missed.`} All figures: reports/bench-renewals.json.`);
  return missed.length;
}

function lineOf({ renewals, businesses, latencyMs, cap, seconds, cpu, perRenewal, temporalShare, capUsed, refused, calls }: RenewalFigure): string {
  const road = cap ? `cap ${cap}/s` : `${latencyMs} ms`;
  const parts = `${perRenewal.toFixed(0)} µs (worker ${cpu.worker.toFixed(0)}, Temporal ${cpu.temporal.toFixed(0)}, Postgres ${cpu.postgres.toFixed(0)}; Temporal ${(temporalShare * 100).toFixed(0)} %)`;
  const used = capUsed === undefined ? '' : `, ${(capUsed * 100).toFixed(1)} % of the cap, ${refused} of ${calls} refused`;
  return `${cap ? 'B7b' : 'B7 '} ${String(renewals).padStart(7)} at ${String(businesses).padStart(3)}, ${road.padEnd(10)} ${parts}, ${(renewals / seconds).toFixed(0)}/s in ${seconds.toFixed(1)} s${used}`;
}

function missedIn(figures: readonly RenewalFigure[]): string[] {
  const missed: string[] = [];
  const free = figures.filter(({ cap, latencyMs }) => cap === 0 && latencyMs === 0);
  for (const { renewals, businesses, perRenewal, temporalShare } of free) {
    if (temporalShare > RENEWAL_TARGETS.temporalShare) missed.push(`${renewals} at ${businesses}: Temporal ${(temporalShare * 100).toFixed(0)} %`);
    // a thousand are over before a worker is warm, and fifty at a business are mostly that business waking up
    const isTypical = renewals >= 10_000 && renewals / businesses >= 500;
    if (isTypical && perRenewal > RENEWAL_TARGETS.perRenewal)
      missed.push(`${renewals} at ${businesses}: ${perRenewal.toFixed(0)} µs (≤ ${RENEWAL_TARGETS.perRenewal})`);
  }
  const alone = free.filter(({ businesses }) => businesses === 1);
  const slope = alone.length > 1 ? alone.at(-1)!.perRenewal / alone[0]!.perRenewal : 1;
  if (slope > RENEWAL_TARGETS.slope) missed.push(`slope ${slope.toFixed(2)} (≤ ${RENEWAL_TARGETS.slope})`);
  for (const { renewals, businesses, cap, capUsed, refused, calls } of figures.filter((one) => one.cap > 0)) {
    if (capUsed! < RENEWAL_TARGETS.capUsed) missed.push(`${renewals} at ${businesses}: ${(capUsed! * 100).toFixed(1)} % of ${cap}/s`);
    if (refused / calls >= RENEWAL_TARGETS.refused) missed.push(`${renewals} at ${businesses}: ${refused} of ${calls} calls refused`);
  }
  return missed;
}
