import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import type { ListFigure } from './jobs/list-leads.ts';
import { median, total, type Figure, type Growth } from './measure.ts';

/** What must be reached: CPU of the product against its twin, and at a million rows against a thousand. */
export const TARGETS = { ingest: 4, list: 3, page: 3, flat: 1.5 } as const;

/** All figures of one size. What was not asked for is missing. */
export interface SizeFigures {
  readonly size: number;
  readonly rows: number;
  readonly ingestAtOne?: Figure;
  readonly ingestAtAll?: Figure;
  readonly lists?: readonly ListFigure[];
  readonly page?: Figure;
}

/** One line of the table. */
interface Line {
  readonly job: string;
  readonly size: number;
  readonly product: number;
  readonly web: number;
  readonly twin: number;
  readonly ratio: number;
  readonly spread: readonly [number, number];
  readonly most: number;
}

const lineOf = (job: string, size: number, figure: Figure, most: number): Line => ({
  job,
  size,
  product: total(figure.product),
  web: figure.product.server,
  twin: total(figure.twin),
  ratio: figure.ratio,
  spread: figure.spread,
  most,
});

/** A filter set over all its sorts: the median of each figure. */
function setLine(name: string, size: number, lists: readonly ListFigure[]): Line {
  const middle = (of: (figure: Figure) => number): number => median(lists.map(({ figure }) => of(figure)));
  const ratios = lists.map(({ figure }) => figure.ratio);
  return {
    job: `B4 list, ${name}`,
    size,
    product: middle(({ product }) => total(product)),
    web: middle(({ product }) => product.server),
    twin: middle(({ twin }) => total(twin)),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
    most: TARGETS.list,
  };
}

/** Every filter in every sort counts for itself: a slow one does not hide behind the median of its set. */
const slowLists = ({ size, lists }: SizeFigures): { size: number; what: string; ratio: number }[] =>
  (lists ?? [])
    .filter(({ figure }) => figure.ratio > TARGETS.list)
    .map(({ filters, sort, figure }) => ({ size, what: `${filters}, ${sort}`, ratio: figure.ratio }));

function linesOf({ size, ingestAtOne, ingestAtAll, lists, page }: SizeFigures): Line[] {
  const sets = [...new Set((lists ?? []).map(({ filters }) => filters))];
  return [
    ...(ingestAtOne ? [lineOf('B1 ingest, 1 tenant', size, ingestAtOne, TARGETS.ingest)] : []),
    ...(ingestAtAll ? [lineOf('B1 ingest, 20 tenants', size, ingestAtAll, TARGETS.ingest)] : []),
    ...sets.map((name) =>
      setLine(
        name,
        size,
        lists!.filter(({ filters }) => filters === name),
      ),
    ),
    ...(page ? [lineOf('B8 leads page', size, page, TARGETS.page)] : []),
  ];
}

/** Prints the table so far and writes `reports/bench.json`. `growth`: once all sizes are measured. Answers how many targets were missed. */
export function report(settings: Record<string, string>, sizes: readonly SizeFigures[], growth: readonly Growth[], loadBefore: readonly number[]): number {
  const lines = sizes.flatMap(linesOf);
  console.log('\nCPU µs per operation (process and Postgres); ratio = product / twin, median of rounds, least–most\n');
  console.log(
    `${'job'.padEnd(36)}${'rows'.padStart(9)}${'product'.padStart(9)}${'of it web'.padStart(11)}${'twin'.padStart(8)}${'ratio'.padStart(8)}  spread        target`,
  );
  for (const line of lines) console.log(rowOf(line));
  tellGrowth(sizes, growth);
  const slow = sizes.flatMap(slowLists);
  for (const { size, what, ratio } of slow) console.log(`  ✗ B4 list, ${what}, at ${size} rows: ${ratio.toFixed(2)} (≤ ${TARGETS.list})`);
  const missed =
    slow.length +
    lines.filter(({ job, ratio, most }) => !job.startsWith('B4') && ratio > most).length +
    growth.filter(({ growth: by }) => by > TARGETS.flat).length;
  const file = path.resolve(import.meta.dirname, '../reports/bench.json');
  mkdirSync(path.dirname(file), { recursive: true });
  const machine = { cpus: cpus().length, model: cpus()[0]?.model, node: process.version, loadBefore, loadAfter: loadavg() };
  writeFileSync(file, `${JSON.stringify({ machine, postgres: settings, targets: TARGETS, lines, growth, sizes }, null, 1)}\n`);
  console.log(
    `\n${missed === 0 ? 'Every target is reached.' : `${missed} targets are missed.`} All figures: reports/bench.json. Load of the machine: ${loadBefore[0]!.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after.`,
  );
  return missed;
}

function rowOf({ job, size, product, web, twin, ratio, spread, most }: Line): string {
  const whole = (value: number, width: number): string => Math.round(value).toString().padStart(width);
  return `${job.padEnd(36)}${size.toExponential(0).replace('e+', 'e').padStart(9)}${whole(product, 9)}${whole(web, 11)}${whole(twin, 8)}${ratio.toFixed(2).padStart(8)}  ${`${spread[0].toFixed(2)}–${spread[1].toFixed(2)}`.padEnd(13)} ≤ ${most} ${ratio <= most ? '✓' : '✗'}`;
}

function tellGrowth(sizes: readonly SizeFigures[], growth: readonly Growth[]): void {
  if (growth.length === 0) return;
  console.log(
    `\nCPU at ${sizes.at(-1)!.size} rows against ${sizes[0]!.size} (≤ ${TARGETS.flat}): ${growth.filter(({ growth: by }) => by <= TARGETS.flat).length} of ${growth.length} are flat`,
  );
  const highest = [...growth].sort((a, b) => b.growth - a.growth);
  for (const [at, { what, growth: by, spread }] of highest.entries())
    if (by > TARGETS.flat || at < 3)
      console.log(`  ${by > TARGETS.flat ? '✗' : '✓'} ${what}: ${by.toFixed(2)} (${spread[0].toFixed(2)}–${spread[1].toFixed(2)})`);
}
