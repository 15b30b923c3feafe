import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureIngest } from './jobs/ingest-leads.ts';
import { measureLists } from './jobs/list-leads.ts';
import { measurePages } from './jobs/open-page.ts';
import { benchRenewals } from './renewals.ts';
import { postgresSettings } from './installation.ts';
import { grow, type Growth } from './measure.ts';
import { report, type SizeFigures } from './report.ts';
import { fillTo } from './rows.ts';
import { doing, openBench, withTwins, type Bench, type Stand } from './stand.ts';

const SIZES = { usual: [1_000, 10_000], full: [1_000, 10_000, 100_000, 1_000_000] };
/** Calls before anything is measured, so that code is compiled and statements are prepared on both sides. */
const WARM_UP = { lists: 400, pages: 1_500 };

interface Asked {
  readonly sizes: readonly number[];
  readonly jobs: ReadonlySet<string>;
  readonly rounds: number;
  /** Calls of one round: of ingest and pages, and of each filter set in each sort. */
  readonly operations: number;
  readonly listOperations: number;
  readonly profileTo: string | undefined;
}

function readArguments(argv: readonly string[]): Asked {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      full: { type: 'boolean' },
      sizes: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string' },
      operations: { type: 'string' },
      'list-operations': { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const numbers = (text: string): number[] => text.split(',').map(Number);
  return {
    sizes: values.sizes ? numbers(values.sizes) : values.full ? SIZES.full : SIZES.usual,
    jobs: new Set(values.only?.split(',') ?? ['B1', 'B4', 'B8']),
    rounds: Number(values.rounds ?? 3),
    operations: Number(values.operations ?? 2_000),
    listOperations: Number(values['list-operations'] ?? 60),
    profileTo: values.profile,
  };
}

/**
 * `npm run bench [-- --full | --sizes 1000,10000] [--only B1,B4,B8] [--rounds 3] [--operations 2000] [--list-operations 60]
 * [--profile DIR]`: the product and its twins side by side. Exit code 1 when a target is missed or a count is wrong.
 */
async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2));
  if (asked.jobs.has('B7') || asked.jobs.has('B7b'))
    return (await benchRenewals(asked.jobs, asked.sizes, (line) => console.log(`  … ${line}`), asked.profileTo)) === 0 ? 0 : 1;
  const say = (line: string): void => console.log(`  … ${line}`);
  const loadBefore = loadavg();
  const open: Bench[] = [];
  const stopAll = async (): Promise<void> => void (await Promise.all(open.map(({ installation }) => installation.stop())));
  endOnSignal = stopAll;
  try {
    const figures: SizeFigures[] = [];
    let settings: Record<string, string> = {};
    for (const size of asked.sizes) {
      say('starting an installation and 20 businesses');
      const bench = await openBench(asked.profileTo);
      open.push(bench);
      settings = await postgresSettings(bench.installation);
      if (figures.length === 0) console.log(wordsOf(settings));
      const rows = await fillTo(bench.installation.superuser, bench.businesses, size);
      say(`${rows} leads, ${size} of them at the first business`);
      figures.push({ size, rows, ...(await withTwins(bench, asked.rounds, (stand) => jobs(stand, asked, say))) });
      report(settings, figures, [], loadBefore);
      // the smallest stays, to be compared with the largest
      if (open.length > 1 && size !== asked.sizes.at(-1)) await open.pop()!.installation.stop();
    }
    const [small, large] = open;
    const missed = report(settings, figures, small && large ? await growths(small, large, asked.rounds, say) : [], loadBefore);
    return missed === 0 ? 0 : 1;
  } finally {
    await stopAll();
  }
}

const wordsOf = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');

async function growths(small: Bench, large: Bench, rounds: number, say: (line: string) => void): Promise<Growth[]> {
  say('growth: the product at the smallest and at the largest size in turn');
  const found: Growth[] = [];
  for (const name of large.works.keys()) found.push(await grow(name, doing(small, name), doing(large, name), rounds));
  return found;
}

// Nothing stays behind an interrupted run. What is still starting ends with this process; its folder is removed by the next run.
let endOnSignal: () => Promise<void> = async () => undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endOnSignal().finally(() => process.exit(130)));

async function jobs(
  stand: Stand,
  { jobs: wanted, operations, listOperations }: Asked,
  say: (line: string) => void,
): Promise<Omit<SizeFigures, 'size' | 'rows'>> {
  const [first] = stand.businesses;
  await warmUp(stand, wanted);
  if (wanted.has('B4')) say('B4: lists, every filter set in every sort');
  const lists = wanted.has('B4') ? await measureLists(stand, listOperations) : undefined;
  if (wanted.has('B8')) say('B8: the leads page');
  const page = wanted.has('B8') ? await measurePages(stand, Math.ceil(operations / 2)) : undefined;
  if (wanted.has('B1')) say('B1: ingest at one tenant, then at all');
  const ingestAtOne = wanted.has('B1') ? await measureIngest(stand, [first!], operations) : undefined;
  const ingestAtAll = wanted.has('B1') ? await measureIngest(stand, stand.businesses, operations) : undefined;
  return { lists, page, ingestAtOne, ingestAtAll };
}

async function warmUp(stand: Stand, wanted: ReadonlySet<string>): Promise<void> {
  for (const driver of Object.values(stand.drivers)) {
    const business = (at: number) => stand.businesses[at % stand.businesses.length]!;
    if (wanted.has('B8'))
      await driver.closedLoop(WARM_UP.pages, 8, (at) => ({
        host: business(at).host,
        path: '/leads',
        headers: { cookie: `__Host-portico=${business(at).session}` },
      }));
    if (wanted.has('B4'))
      await driver.closedLoop(WARM_UP.lists, 8, (at) => ({
        host: business(at).host,
        path: '/api/v1/leads?sort=-received',
        headers: { authorization: `Bearer ${business(at).adminKey}` },
      }));
  }
}

process.exitCode = await main();
