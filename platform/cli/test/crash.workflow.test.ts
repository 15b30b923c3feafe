import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashUnderLoad, freezeWorker, openCrashSite, type Count, type CrashSite } from '@portico/testing/crash';

/** The real starter and the production build; `npm run gate:crash` does the same in ten rounds. */
let site: CrashSite;
beforeAll(async () => {
  site = await openCrashSite();
}, 400_000);
afterAll(() => site?.stop());

const wrong = (counts: readonly Count[]): readonly Count[] => counts.filter(({ found, expected }) => found !== expected);

describe('an installation under load', () => {
  it('answers while the worker stands, mails and starts nothing; once it goes on, each mail and start happens once', async () => {
    const counts = await freezeWorker(site);
    expect(counts.length).toBeGreaterThan(20);
    expect(wrong(counts)).toEqual([]);
  }, 400_000);

  it('loses nothing and does nothing twice when worker, Postgres and Temporal are killed', async () => {
    const { counts, promised, back } = await crashUnderLoad(site, Number(process.env.PORTICO_KILLS ?? 1), () => undefined);
    expect(back.map(({ part }) => part)).toContain('temporal');
    expect(promised.leads.size).toBeGreaterThan(20);
    expect(promised.returns.size).toBeGreaterThan(2);
    expect(wrong(counts)).toEqual([]);
  }, 600_000);
});
