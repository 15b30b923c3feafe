import { cpuBetween, readCpu, type CpuTime } from './cpu-time.ts';

/** The two that are compared: each answers on its own port, with its own process. */
export type Side = 'product' | 'twin';
export const SIDES: readonly Side[] = ['product', 'twin'];

/** Something that is measured on both sides: does so many operations at a side. */
export interface Work {
  readonly operations: number;
  run(side: Side, round: number): Promise<void>;
}

/** CPU microseconds per operation, of each side's own process and of Postgres. The median round of each. */
export interface Figure {
  readonly operations: number;
  readonly product: CpuTime;
  readonly twin: CpuTime;
  /** Median over the rounds of product / twin, each pair measured one right after the other; and the least and the most. */
  readonly ratio: number;
  readonly spread: readonly [number, number];
}

export const total = ({ server, postgres }: CpuTime): number => server + postgres;

/** Runs product, twin, product, twin … and compares neighbours: what else the machine does meets both alike. */
export async function compare(pids: Readonly<Record<Side, number>>, postmaster: number, rounds: number, work: Work): Promise<Figure> {
  const spent: Record<Side, CpuTime[]> = { product: [], twin: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const side of SIDES) {
      const before = readCpu(pids[side], postmaster);
      await work.run(side, round);
      const { server, postgres } = cpuBetween(before, readCpu(pids[side], postmaster));
      spent[side].push({ server: server / work.operations, postgres: postgres / work.operations });
    }
  }
  const ratios = spent.product.map((one, round) => total(one) / total(spent.twin[round]!));
  return {
    operations: work.operations * rounds,
    product: middle(spent.product),
    twin: middle(spent.twin),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

/** What the same work costs in an installation that has more rows: the median over the rounds of large / small, and the least and the most. */
export interface Growth {
  readonly what: string;
  readonly growth: number;
  readonly spread: readonly [number, number];
}

/** The product of one installation, doing a work. */
export interface Doing {
  /** Its web process and its Postgres. */
  readonly pids: { readonly web: number; readonly postmaster: number };
  readonly work: Work;
}

/** Small, large, small, large …, for the reason that `compare` has: minutes apart, the same work costs half as much again on a busy machine. */
export async function grow(what: string, small: Doing, large: Doing, rounds: number): Promise<Growth> {
  const growths: number[] = [];
  for (let round = 0; round < rounds; round += 1) growths.push((await costOf(large, round)) / (await costOf(small, round)));
  return { what, growth: median(growths), spread: [Math.min(...growths), Math.max(...growths)] };
}

async function costOf({ pids, work }: Doing, round: number): Promise<number> {
  const before = readCpu(pids.web, pids.postmaster);
  await work.run('product', round);
  return total(cpuBetween(before, readCpu(pids.web, pids.postmaster))) / work.operations;
}

const middle = (rounds: readonly CpuTime[]): CpuTime => [...rounds].sort((a, b) => total(a) - total(b))[Math.floor(rounds.length / 2)]!;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
