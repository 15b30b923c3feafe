import type { Log } from '@portico/kit/server';
import type { Metrics } from '../observe/metrics.ts';

/** What went wrong in plugins since this process started: shown in the console under the plugin's name, never to a customer. */
export interface Failures {
  note(pluginId: string, where: string, error: unknown): void;
  count(pluginId: string): number;
  last(pluginId: string): { readonly where: string; readonly because: string } | undefined;
}

/** Opens the record. */
export function openFailures(log: Log, metrics: Metrics): Failures {
  const counts = new Map<string, number>();
  const lasts = new Map<string, { where: string; because: string }>();
  return {
    note(pluginId, where, error) {
      const because = error instanceof Error ? (error.stack ?? error.message) : String(error);
      counts.set(pluginId, (counts.get(pluginId) ?? 0) + 1);
      lasts.set(pluginId, { where, because: because.split('\n')[0]! });
      metrics.pluginFailures.inc({ plugin: pluginId });
      log.error('a plugin failed', { plugin: pluginId, where, because: because.slice(0, 4_000) });
    },
    count: (pluginId) => counts.get(pluginId) ?? 0,
    last: (pluginId) => lasts.get(pluginId),
  };
}
