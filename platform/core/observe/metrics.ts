import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The figures of one process. No label names a business (architecture, section 10). */
export interface Metrics {
  readonly requests: Histogram<'kind' | 'status'>;
  readonly transactions: Counter<never>;
  readonly deliveries: Counter<'outcome'>;
  readonly mails: Counter<'outcome'>;
  readonly steps: Counter<'kind' | 'outcome'>;
  readonly stuckProcesses: Counter<'kind'>;
  readonly pluginFailures: Counter<'plugin'>;
  readonly queueAge: Gauge<never>;
  text(): Promise<string>;
}

/** Opens the figures of this process, with those of Node itself. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    requests: new Histogram({ name: 'portico_request_seconds', help: 'Time to answer', labelNames: ['kind', 'status'], registers }),
    transactions: new Counter({ name: 'portico_transactions_total', help: 'Tenant transactions', registers }),
    deliveries: new Counter({ name: 'portico_event_deliveries_total', help: 'Events handed to handlers', labelNames: ['outcome'], registers }),
    mails: new Counter({ name: 'portico_mails_total', help: 'Mails', labelNames: ['outcome'], registers }),
    steps: new Counter({ name: 'portico_process_steps_total', help: 'Process steps taken', labelNames: ['kind', 'outcome'], registers }),
    stuckProcesses: new Counter({ name: 'portico_processes_stuck_total', help: 'Processes marked stuck', labelNames: ['kind'], registers }),
    pluginFailures: new Counter({ name: 'portico_plugin_failures_total', help: 'Failures of plugins', labelNames: ['plugin'], registers }),
    queueAge: new Gauge({ name: 'portico_due_work_age_seconds', help: 'Age of the oldest due work', registers }),
    text: () => registry.metrics(),
  };
}
