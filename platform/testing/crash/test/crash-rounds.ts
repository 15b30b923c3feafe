import { setTimeout as pause } from 'node:timers/promises';
import { KILLED_PARTS, type CrashSite } from '../crash-site.ts';
import { countWhatHappened, settle, type Count } from './count-what-happened.ts';
import { followMails } from './follow-mails.ts';
import { beginLoad, nothingPromised, openReturnMarket, type Promised, type ReturnMarket } from './return-market.ts';

const LOAD_BEFORE_A_KILL_MS = 1_500;

/** What a gate of crashes found. */
export interface CrashOutcome {
  readonly counts: readonly Count[];
  readonly promised: Promised;
  /** Seconds until everything was ready again, for each kill. */
  readonly back: readonly { readonly part: string; readonly seconds: number }[];
}

/**
 * Puts an installation under load of leads, returns and decisions, kills worker, Postgres and Temporal with `kill -9` so
 * many times each, waits for ready each time, lets it come to rest, and counts.
 */
export async function crashUnderLoad(site: CrashSite, rounds: number, say: (line: string) => void): Promise<CrashOutcome> {
  const market = await openReturnMarket(site);
  const promised = nothingPromised();
  const mails = followMails(site, market.business.slug);
  try {
    const back = await killUnderLoad(site, market, promised, rounds, say);
    say('the load is over; waiting until nothing is under way');
    await settle(site, market, promised);
    return { counts: [...(await countWhatHappened(site, market, promised, mails)), countRestarts(site, rounds)], promised, back };
  } finally {
    await mails.end();
  }
}

/** Each part came back once for each time that it was killed: what loses its database or Temporal does not die of it. */
function countRestarts(site: CrashSite, rounds: number): Count {
  const found = site.run().processes.reduce((sum, { restarts }) => sum + restarts, 0);
  return { what: 'restarts, one for each part that was killed', expected: rounds * KILLED_PARTS.length, found };
}

/** Kills each part so many times while leads, returns and decisions come in. */
async function killUnderLoad(
  site: CrashSite,
  market: ReturnMarket,
  promised: Promised,
  rounds: number,
  say: (line: string) => void,
): Promise<CrashOutcome['back']> {
  const load = beginLoad(market, promised);
  const back: { part: string; seconds: number }[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const part of KILLED_PARTS) {
        await pause(LOAD_BEFORE_A_KILL_MS * (0.5 + Math.random()));
        const seconds = (await site.kill(part)) / 1_000;
        back.push({ part, seconds });
        say(
          `round ${round}: ${part} was killed, everything ready after ${seconds.toFixed(1)} s; ${promised.leads.size} leads, ${promised.returns.size} returns so far`,
        );
      }
    }
    await pause(LOAD_BEFORE_A_KILL_MS);
  } finally {
    await load.end();
  }
  return back;
}
