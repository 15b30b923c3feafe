import { expect, it } from 'vitest';
import { mergeMetrics } from '../start/merge-metrics.ts';

it('metrics of several processes become one text: each sample says its process, each family is introduced once', () => {
  const web = '# HELP t Time.\n# TYPE t histogram\nt_bucket{le="1"} 2\nt_sum 3\nt_count 2\n\nbare 1\n';
  const worker = '# HELP t Time.\n# TYPE t histogram\nt_bucket{le="1"} 5\nt_sum 6\nt_count 5\n';
  expect(
    mergeMetrics([
      { process: 'web', text: web },
      { process: 'worker', text: worker },
    ])
      .trim()
      .split('\n'),
  ).toEqual([
    '# HELP t Time.',
    '# TYPE t histogram',
    't_bucket{process="web",le="1"} 2',
    't_sum{process="web"} 3',
    't_count{process="web"} 2',
    't_bucket{process="worker",le="1"} 5',
    't_sum{process="worker"} 6',
    't_count{process="worker"} 5',
    'bare{process="web"} 1',
  ]);
});
