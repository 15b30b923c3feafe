import { setTimeout as pause } from 'node:timers/promises';
import { advanceClock } from '@portico/core';
import { readParts, type Parts } from '../cpu-time.ts';
import { openRenewalStand, openRenewingBusiness, type RenewalStand, type RenewingBusiness } from '../renewal-stand.ts';

/** What is measured: so many renewals at so many businesses, with a gateway that answers after so long, or within a cap. */
export interface RenewalCase {
  readonly renewals: number;
  readonly businesses: number;
  /** Milliseconds until the gateway answers. */
  readonly latencyMs: number;
  /** Calls that each account may make in a second; 0: as many as they like. */
  readonly cap: number;
}

/** What was seen. Times in seconds, CPU in microseconds per renewal. */
export interface RenewalFigure extends RenewalCase {
  readonly seconds: number;
  readonly cpu: Parts;
  readonly perRenewal: number;
  /** Temporal's part of the CPU. */
  readonly temporalShare: number;
  /** Calls that the gateway refused with 429, and all of them, of those that it remembers. */
  readonly refused: number;
  readonly calls: number;
  /** Of what the cap allows: two calls a charge, so 2 N / cap seconds are ideal. Undefined without a cap. */
  readonly capUsed?: number;
}

const GIVE_UP_MS = 30 * 60_000;

/** Makes the businesses, lets their noon come, and counts until everything is paid. Throws when a renewal is missing or was charged twice. */
export async function measureRenewals(asked: RenewalCase, say: (line: string) => void, profileTo?: string): Promise<RenewalFigure> {
  const stand = await openRenewalStand(asked.cap, profileTo);
  try {
    const businesses = await openBusinesses(stand, asked);
    say(
      `B7: ${asked.renewals} renewals at ${asked.businesses} businesses, ${asked.cap ? `${asked.cap} calls a second` : `answers after ${asked.latencyMs} ms`}`,
    );
    // a month that is not measured: code is compiled, tables are as large as they are in use, statements are planned for that
    await letRenew(stand, businesses, asked.renewals);
    await stand.superuser.query('vacuum analyze');
    await pause(2_000);
    const before = readParts(stand.pids);
    const began = performance.now();
    await letRenew(stand, businesses, 2 * asked.renewals);
    const seconds = (performance.now() - began) / 1_000;
    const cpu = perRenewal(readParts(stand.pids), before, asked.renewals);
    await demandEachOnce(stand, businesses, 2 * asked.renewals);
    return { ...asked, seconds, cpu, ...sharesOf(cpu), ...(await callsOf(stand)), ...(asked.cap ? { capUsed: idealSeconds(asked) / seconds } : {}) };
  } finally {
    await stand.stop();
  }
}

const idealSeconds = ({ renewals, businesses, cap }: RenewalCase): number => (2 * renewals) / businesses / cap;

async function openBusinesses(stand: RenewalStand, { renewals, businesses, latencyMs, cap }: RenewalCase): Promise<RenewingBusiness[]> {
  const open: RenewingBusiness[] = [];
  for (let at = 0; at < businesses; at += 1) open.push(await openRenewingBusiness(stand, `renews-${at}`, renewals / businesses));
  for (const { account } of open) await stand.tell('POST', '/control/limits', { account, perSecond: cap || null, perEndpoint: null });
  if (latencyMs > 0)
    await stand.tell('POST', '/control/faults', {
      match: { path: '/v1/payment_intents', method: 'POST' },
      at: 'before-commit',
      do: 'delay',
      ms: latencyMs,
      times: 10_000_000,
    });
  return open;
}

/** Moves the businesses to their next month, and waits until so many renewals were charged in all, and what they promised was told. */
async function letRenew({ core, superuser }: RenewalStand, businesses: readonly RenewingBusiness[], renewals: number): Promise<void> {
  for (const { tenant } of businesses) await advanceClock(core, tenant, 'P32D');
  const limit = performance.now() + GIVE_UP_MS;
  for (;;) {
    const { rows } = await superuser.query<{ finished: number; untold: number }>(
      `select coalesce(sum(charges) filter (where finished_at is not null), 0)::int as finished,
        (select count(*)::int from portico.due_work where kind in ('event', 'wake')) as untold from billing.renewal_batches`,
    );
    const { finished, untold } = rows[0]!;
    if (finished >= renewals && untold === 0) return;
    if (performance.now() > limit)
      throw new Error(`${finished} of ${renewals} were charged in ${GIVE_UP_MS / 60_000} minutes, ${untold} events were not told.`);
    await pause(250);
  }
}

function perRenewal(after: Parts, before: Parts, renewals: number): Parts {
  const part = (name: keyof Parts): number => (after[name] - before[name]) / renewals;
  return { worker: part('worker'), temporal: part('temporal'), postgres: part('postgres') };
}

function sharesOf({ worker, temporal, postgres }: Parts): { perRenewal: number; temporalShare: number } {
  const all = worker + temporal + postgres;
  return { perRenewal: all, temporalShare: temporal / all };
}

/** Counted at both ends: what is wrong ends the run, there is no figure then. */
async function demandEachOnce({ superuser, tell }: RenewalStand, businesses: readonly RenewingBusiness[], renewals: number): Promise<void> {
  const { rows } = await superuser.query<{ paid: number; periods: number }>(`select
    (select count(*)::int from billing.payments where road = 'card') as paid, (select count(*)::int from billing.billing_periods where batch_id is not null) as periods`);
  let charged = 0;
  for (const { account } of businesses) {
    const state = await tell<{ accounts: { charges: { status: string }[] }[] }>('GET', `/control/state?account=${account}&kind=charge`);
    charged += state.accounts[0]!.charges.filter(({ status }) => status === 'succeeded').length;
  }
  const { paid, periods } = rows[0]!;
  if (paid !== renewals || periods !== renewals || charged !== renewals)
    throw new Error(`${renewals} were due: ${periods} periods were billed, ${charged} charges made, ${paid} payments booked.`);
}

async function callsOf({ tell }: RenewalStand): Promise<{ refused: number; calls: number }> {
  const calls = await tell<{ status: number | null }[]>('GET', '/control/requests?path=/v1/payment_intents');
  return { refused: calls.filter(({ status }) => status === 429).length, calls: calls.length };
}
