import { pino } from 'pino';
import type { Log } from '@portico/kit/server';

/** A structured log on standard error: ids and counts, never personal data. */
export function openLog(level: string, process: string): Log & { child(values: object): Log } {
  return wrap(pino({ level, base: { process }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 2, sync: false })));
}

function wrap(logger: import('pino').Logger): Log & { child(values: object): Log } {
  return {
    info: (what, values = {}) => logger.info(values, what),
    warn: (what, values = {}) => logger.warn(values, what),
    error: (what, values = {}) => logger.error(values, what),
    child: (values) => wrap(logger.child(values)),
  };
}
