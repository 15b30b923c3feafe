import { connect } from 'node:net';
import type pg from 'pg';
import type { Config } from '../config.ts';

/** The state of each part by name: `ok`, or what is wrong in a few words. */
export type Health = Readonly<Record<string, string>>;

const WAIT_MS = 1_000;

/** Looks at every part that this process stands on: one query, and a connection to Temporal and to the mail server. */
export async function healthOf(pool: pg.Pool, config: Config): Promise<Health> {
  const mail = config.smtpUrl ? new URL(config.smtpUrl) : undefined;
  const [database, temporal, mailServer] = await Promise.all([
    stateOf(pool.query('select 1')),
    config.temporal ? reach(config.temporal.address) : 'not set up',
    mail ? reach(`${mail.hostname}:${mail.port || (mail.protocol === 'smtps:' ? 465 : 25)}`) : 'not set up',
  ]);
  return { database, temporal, mail: mailServer };
}

/** Whether requests can be answered: pages and writes need the database only; what waits for Temporal or mail waits in it. */
export const isReady = (health: Health): boolean => health.database === 'ok';

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
