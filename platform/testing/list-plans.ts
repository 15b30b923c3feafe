import pg from 'pg';
import { expect, inject } from 'vitest';
import { sql, type Ctx, type Sql, type Tx } from '@portico/kit/server';
import type { TestPortal } from './test-portal.ts';

/** A node of a plan, as Postgres explains it. */
export interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Recheck Cond'?: string;
  readonly 'Plan Rows'?: number;
  readonly Plans?: readonly Plan[];
}

/** Brings the planner's knowledge up to date after a test has filled tables. As the owner: the runtime role may not. */
export async function analyze(portal: TestPortal): Promise<void> {
  const url = new URL(inject('portico').superuserUrl);
  url.pathname = new URL(portal.environment['DATABASE_URL']!).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query('vacuum analyze');
  await client.end();
}

/** Runs the work with a transaction that explains each `row` and `rows` before it runs it, as the runtime role. */
export async function plansOf(ctx: Ctx, work: (tx: Tx) => Promise<unknown>): Promise<Plan[]> {
  const plans: Plan[] = [];
  await ctx.inTenant(async (tx) => {
    const explain = async (statement: Sql) => {
      const [row] = await tx.rows<{ 'QUERY PLAN': { Plan: Plan }[] }>(sql`explain (format json, verbose) ${statement}`);
      plans.push(row!['QUERY PLAN'][0]!.Plan);
    };
    const explaining = new Proxy(tx, {
      get(target, name) {
        if (name === 'row' || name === 'rows') return async (statement: Sql) => (await explain(statement), target[name](statement));
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await work(explaining);
  });
  return plans;
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Fails unless every table of `large` is read through an index that begins with the business. `when` stands in the failure. */
export function expectIndexes(plans: readonly Plan[], large: readonly string[], when = ''): void {
  expect(plans.length).toBeGreaterThan(0);
  for (const node of plans.flatMap(nodesOf)) {
    const table = node['Relation Name'];
    if (!table || !large.includes(table) || node['Node Type'] === 'ModifyTable' || node['Node Type'] === 'LockRows') continue;
    expect(`${node['Node Type']} on ${table}`, when).not.toMatch(/^Seq Scan/);
    const condition = node['Index Cond'] ?? node['Recheck Cond'] ?? '';
    expect(condition, `${when} ${node['Node Type']} on ${table}`).toContain('tenant_id');
  }
}

/** Fails when a plan sorts more rows than `most`: an index in the list's order lets it stop at the end of the page. */
export function expectNoLargeSort(plans: readonly Plan[], most: number, when = ''): void {
  const sorted = plans.flatMap(nodesOf).flatMap((node) => (node['Node Type'] === 'Sort' ? (node.Plans ?? []) : []));
  expect(
    sorted.filter((from) => (from['Plan Rows'] ?? 0) > most),
    when,
  ).toEqual([]);
}
