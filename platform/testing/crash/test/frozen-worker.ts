import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { CrashSite } from '../crash-site.ts';
import { countWhatHappened, readRows, settle, type Count } from './count-what-happened.ts';
import { followMails, type FollowedMails } from './follow-mails.ts';
import { decideTwice, nothingPromised, openReturnMarket, postLead, type Promised, returnLead, type ReturnMarket } from './return-market.ts';

/** How long nothing is seen to happen. The relay looks every 200 ms. */
const WATCHED_MS = 3_000;
const LEADS = 8;

/**
 * The worker is stopped (SIGSTOP) while leads, returns and decisions come in: they are answered, and nothing is mailed or
 * started. Continued (SIGCONT), each mail and each start happens once.
 */
export async function freezeWorker(site: CrashSite): Promise<readonly Count[]> {
  const market = await openReturnMarket(site);
  const promised = nothingPromised();
  const mails = followMails(site, market.business.slug);
  try {
    await settle(site, market, promised);
    const whileFrozen = await workWhileFrozen(site, market, promised, mails);
    await settle(site, market, promised);
    const after = [...(await countWhatHappened(site, market, promised, mails)), ...(await countRuns(site, market, 'once the worker went on', LEADS / 2))];
    return [{ what: 'calls that were not answered while the worker stood', expected: 0, found: promised.unanswered }, ...whileFrozen, ...after];
  } finally {
    await mails.end();
  }
}

async function workWhileFrozen(site: CrashSite, market: ReturnMarket, promised: Promised, mails: FollowedMails): Promise<readonly Count[]> {
  const mailsBefore = await howMany(mails);
  site.freezeWorker();
  try {
    const returnIds: string[] = [];
    for (let count = 0; count < LEADS; count += 1) {
      const leadId = await postLead(market, promised);
      if (count % 2 === 0) returnIds.push((await returnLead(market, promised, leadId)) ?? '');
    }
    for (const id of returnIds.slice(1)) await decideTwice(market, promised, id);
    await pause(WATCHED_MS);
    const left = (await howMany(mails)) - mailsBefore;
    return [{ what: 'mails that left while the worker stood', expected: 0, found: left }, ...(await countWhileFrozen(site, market))];
  } finally {
    site.thawWorker();
  }
}

const howMany = async (mails: FollowedMails): Promise<number> => [...(await mails.copies()).values()].reduce((sum, count) => sum + count, 0);

async function countWhileFrozen(site: CrashSite, market: ReturnMarket): Promise<Count[]> {
  const rows = await readRows(site, market);
  try {
    const found = await rows.one<{ processes: number; steps: number }>(
      `select count(distinct p.id)::int as processes, count(s.id)::int as steps from portico.processes p
        join returns.lead_returns r on r.id = p.subject left join portico.process_steps s on s.process_id = p.id where r.order_id = $1`,
      [market.orderId],
    );
    return [
      { what: 'processes written while the worker stood', expected: LEADS / 2, found: found.processes },
      { what: 'steps taken while the worker stood', expected: 0, found: found.steps },
      ...(await countRuns(site, market, 'while the worker stood', 0)),
    ];
  } finally {
    await rows.close();
  }
}

/** Runs of the market's processes that Temporal knows: none, or one of each. */
async function countRuns(site: CrashSite, market: ReturnMarket, when: string, expected: number): Promise<Count[]> {
  const rows = await readRows(site, market);
  const { address, namespace } = site.run().temporal!;
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection, namespace });
    const processes = await rows.all<{ name: string }>(
      `select p.tenant_id || '/' || p.kind || '/' || p.id as name from portico.processes p join returns.lead_returns r on r.id = p.subject where r.order_id = $1`,
      [market.orderId],
    );
    let runs = 0;
    for (const { name } of processes) for await (const _run of workflow.list({ query: `WorkflowId = "${name}"` })) runs += 1;
    return [{ what: `workflows started ${when}`, expected, found: runs }];
  } finally {
    await connection.close();
    await rows.close();
  }
}
