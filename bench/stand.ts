import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunningPart } from '@portico/cli/embedded';
import { createBusinesses, type BenchBusiness } from './businesses.ts';
import { driverOf, type Driver } from './drive.ts';
import { parseHtml } from './html-tree.ts';
import { startBenchInstallation, startTwins, type BenchInstallation } from './installation.ts';
import { compare, type Doing, type Figure, type Side, type Work } from './measure.ts';
import { planOfList, planOfPage, STAND_IN, type Plan } from './statements.ts';
import { FILTER_SETS, LIST_SORTS } from './jobs/list-requests.ts';
import { listName, type TwinConfig } from './twins/config.ts';

const BUSINESSES = 20;

/** Everything that the jobs stand on. The twins are started anew at each size: they know the pages of that size. */
export interface Stand {
  readonly installation: BenchInstallation;
  readonly businesses: readonly BenchBusiness[];
  readonly drivers: Readonly<Record<Side, Driver>>;
  /** Measures both sides, and keeps the work under its name: growth is asked of it once more rows are elsewhere. */
  measure(name: string, work: Work): Promise<Figure>;
}

/** An installation of one size, with what was measured of it so far. */
export interface Bench {
  readonly installation: BenchInstallation;
  readonly businesses: readonly BenchBusiness[];
  readonly works: Map<string, Work>;
}

/** Starts an installation and its businesses. */
export async function openBench(profileTo?: string): Promise<Bench> {
  const installation = await startBenchInstallation(profileTo);
  return { installation, businesses: await createBusinesses(installation.core, BUSINESSES), works: new Map() };
}

/** The product of a bench, doing what was measured under that name. */
export const doing = ({ installation, works }: Bench, name: string): Doing => ({
  pids: { web: installation.web.pid, postmaster: installation.postgres.pid },
  work: works.get(name)!,
});

/** Starts twins that know the pages as they are now, does the work, ends them. */
export async function withTwins<T>({ installation, businesses, works }: Bench, rounds: number, work: (stand: Stand) => Promise<T>): Promise<T> {
  const product = driverOf(installation.web.port);
  const twins = await startTwins(installation, await writeConfig(installation, businesses, product));
  const twin = driverOf(twins.port);
  const pids = { product: installation.web.pid, twin: twins.pid };
  try {
    return await work({
      installation,
      businesses,
      drivers: { product, twin },
      measure(name, measured) {
        works.set(name, measured);
        return compare(pids, installation.postgres.pid, rounds, measured);
      },
    });
  } finally {
    for (const driver of [product, twin]) driver.close();
    await (twins satisfies RunningPart).stop();
  }
}

async function writeConfig({ folder }: BenchInstallation, businesses: readonly BenchBusiness[], product: Driver): Promise<string> {
  const zone = businesses[0]!.tenant.zone;
  const pages: Record<string, TwinConfig['pages'][string]> = {};
  for (const { host, session } of businesses) {
    const { status, text } = await product.call({ host, path: '/leads', headers: { cookie: `__Host-portico=${session}` } });
    if (status !== 200) throw new Error(`the leads page of ${host} answered ${status}`);
    pages[host] = parseHtml(text);
  }
  const config: TwinConfig = {
    tenants: Object.fromEntries(businesses.map(({ host, tenant }) => [host, { id: tenant.id, locale: tenant.locale }])),
    lists: await listPlans(zone),
    page: await planOfPage(zone),
    pages,
  };
  const file = path.join(mkdtempSync(path.join(folder, 'twins-')), 'config.json');
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

async function listPlans(zone: string): Promise<Record<string, Plan>> {
  const plans: Record<string, Plan> = {};
  for (const filters of FILTER_SETS) {
    for (const sort of LIST_SORTS) {
      const query = { sort, ...filters.query({ type: STAND_IN.type, order: STAND_IN.order }) };
      for (const hasPlace of [false, true]) plans[listName({ ...query, ...(hasPlace ? { cursor: '' } : {}) })] = await planOfList(zone, query, hasPlace);
    }
  }
  return plans;
}
