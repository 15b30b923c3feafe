import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflows, installationRoot, registryOf } from '@portico/core';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { HISTORIES } from './mill/histories.ts';
import { mill } from './mill/mill.ts';

const WAYS = ['switched-off', 'wakes-when-due', 'works-then-sleeps'];
let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  workflowBundle = await bundleWorkflows(registryOf([mill]), installationRoot());
});

describe('Histories of clocks under way (architecture, 7)', () => {
  it('there is one for each way that a clock goes', () => {
    expect(
      readdirSync(HISTORIES)
        .map((file) => path.basename(file, '.json'))
        .sort(),
    ).toEqual(WAYS);
  });
  it.each(WAYS)('%s: today’s workflow code takes the same way', async (way) => {
    const history = historyFromJSON(JSON.parse(readFileSync(path.join(HISTORIES, `${way}.json`), 'utf8')));
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  });
});
