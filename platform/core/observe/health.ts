import { connect } from 'node:net';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { realClock } from './real-clock.ts';

/** The state of each part by name: `ok`, or what is wrong in a few words. */
export type Health = Readonly<Record<string, string>>;

const WAIT_MS = 1_000;
const NOT_SET_UP = 'not set up';

/** Looks at every part that this process stands on: one query, and a connection to Temporal and to the mail server. */
export async function healthOf(pool: pg.Pool, config: Config): Promise<Health> {
  const mail = config.smtpUrl ? new URL(config.smtpUrl) : undefined;
  const [database, temporal, mailServer] = await Promise.all([
    stateOf(pool.query('select 1')),
    config.temporal ? reach(config.temporal.address) : NOT_SET_UP,
    mail ? reach(`${mail.hostname}:${mail.port || (mail.protocol === 'smtps:' ? 465 : 25)}`) : NOT_SET_UP,
  ]);
  return { database, temporal, mail: mailServer };
}

/** One look for all who ask within a second: whoever asks often costs the parts no more. */
export function shareLooks(look: () => Promise<Health>): () => Promise<Health> {
  let last: { readonly at: number; readonly health: Promise<Health> } | undefined;
  return () => {
    const now = realClock.ms();
    if (!last || now - last.at > WAIT_MS) last = { at: now, health: look() };
    return last.health;
  };
}

/** Whether requests can be answered: pages and writes need the database only; what waits for Temporal or mail waits in it. */
export const isReady = (health: Health): boolean => health.database === 'ok';

/** The same for people who do not run this installation: no address, no message of a library. */
export const withoutReasons = (health: Health): Health =>
  Object.fromEntries(Object.entries(health).map(([part, state]) => [part, state === 'ok' || state === NOT_SET_UP ? state : 'does not answer']));

const stateOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message || error.name : String(error)),
  );

function reach(address: string): Promise<string> {
  const [host, port] = [address.slice(0, address.lastIndexOf(':')), Number(address.slice(address.lastIndexOf(':') + 1))];
  return stateOf(
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host, port, timeout: WAIT_MS });
      socket.once('connect', () => {
        socket.destroy();
        resolve();
      });
      socket.once('timeout', () => {
        socket.destroy();
        reject(new Error(`no answer within ${WAIT_MS} ms`));
      });
      socket.once('error', reject);
    }),
  );
}
