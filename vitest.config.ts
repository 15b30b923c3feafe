import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const conditions = ['portico-source', ...defaultServerConditions];
const everywhere = ['platform', 'plugins', 'workflows', 'apps', 'bench'];
const suffixes = { unit: 'test', database: 'db.test', workflow: 'workflow.test', browser: 'browser.test' } as const;

/** What waits, as the crash test for a lease to end, and what takes longest comes first, the longest of all at the head: no core idles at the end. */
const FIRST = [
  ...['crash', 'installation', 'kills', 'start', 'clocks'].map((name) => `/${name}.workflow.test.ts`),
  ...['pages', 's1-invitation', 'dev', 's4-a-card-fails', 'gallery', 's5-cancel'].map((name) => `/${name}.browser.test.ts`),
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => (FIRST.findIndex((file) => moduleId.endsWith(file)) + FIRST.length + 1) % (FIRST.length + 1);
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}

/** The kind of a test is the suffix of its file: `x.test.ts` is a unit test, `x.db.test.ts` needs Postgres, and so on. */
function project(kind: keyof typeof suffixes) {
  const others = Object.values(suffixes).filter((suffix) => suffix !== suffixes[kind] && suffix.endsWith(`.${suffixes[kind]}`));
  return {
    extends: true as const,
    test: {
      name: kind,
      include: everywhere.flatMap((folder) => [`${folder}/**/*.${suffixes[kind]}.ts`, `${folder}/**/*.${suffixes[kind]}.tsx`]),
      exclude: ['**/node_modules/**', '**/dist/**', '**/build/**', ...others.flatMap((suffix) => [`**/*.${suffix}.ts`, `**/*.${suffix}.tsx`])],
      ...(kind === 'unit' ? {} : { globalSetup: [kind === 'browser' ? 'platform/testing/browser-setup.ts' : 'platform/testing/global-setup.ts'] }),
      // Browsers come last: what they show depends on how soon the machine answers.
      sequence: { groupOrder: kind === 'browser' ? 1 : 0 },
      maxWorkers: 2,
      // What one file loads serves the next too, as in a process that serves many: loading it anew for each took a third of these tests' time.
      isolate: kind !== 'database',
      testTimeout: kind === 'unit' ? 10_000 : kind === 'browser' ? 120_000 : 60_000,
      hookTimeout: kind === 'unit' ? 20_000 : 120_000,
    },
  };
}

export default defineConfig({
  resolve: { conditions },
  environments: { __vitest__: { resolve: { conditions, externalConditions: ['portico-source', 'node', 'import', 'default'] } } },
  ssr: { resolve: { conditions, externalConditions: ['portico-source', 'node', 'import', 'default'] } },
  esbuild: { jsx: 'automatic' },
  test: {
    pool: 'forks',
    retry: 0,
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    projects: (Object.keys(suffixes) as (keyof typeof suffixes)[]).map(project),
  },
});
