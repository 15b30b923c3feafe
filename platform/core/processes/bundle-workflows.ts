import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { runsFromSource } from '../plugins/installed.ts';
import type { Registry } from '../plugins/registry.ts';

/**
 * The workflow code of every healthy plugin's cases and clocks, as one bundle. Each kind is exported under its own name, so that
 * Temporal's pages read `returns.approval`; all of them are one of the two drivers of the kit.
 */
export async function bundleWorkflows(registry: Registry, root: string): Promise<WorkflowBundleWithSourceMap> {
  const folder = path.join(root, 'node_modules', '.cache', 'portico');
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(path.join(folder, 'workflows-'));
  const entry = path.join(scratch, 'workflows.mjs');
  writeFileSync(entry, entrySource(registry));
  try {
    return await bundleWorkflowCode({
      workflowsPath: entry,
      // biome-ignore lint/suspicious/noConsole: this runs in a build, whose words go to the terminal.
      logger: { trace() {}, debug() {}, info() {}, log() {}, warn: console.warn, error: console.error },
      webpackConfigHook: (config) => ({
        ...config,
        resolve: {
          ...config.resolve,
          conditionNames: [...(runsFromSource() ? ['portico-source'] : []), 'import', 'require', 'default'],
          alias: { ...config.resolve?.alias, '@portico/kit/workflow': kitWorkflow(root) },
        },
      }),
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const kitWorkflow = (root: string): string => path.join(root, 'node_modules', '@portico', 'kit', runsFromSource() ? 'workflow.ts' : 'dist/workflow.js');

/** The source of the entry: one named export for each kind. */
export function entrySource(registry: Registry): string {
  const exported = registry.plugins
    .filter((plugin) => !plugin.quarantined)
    .flatMap((plugin) => plugin.manifest.processes ?? [])
    .map((process) => `export { ${'clock' in process ? 'followClock' : 'followCase'} as ${JSON.stringify(process.kind)} } from '@portico/kit/workflow';`);
  return [...exported.sort(), ''].join('\n');
}
