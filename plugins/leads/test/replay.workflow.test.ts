import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflows, installationRoot } from '@portico/core';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { startTestPortal, type TestPortal } from '@portico/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HISTORIES } from './record-history.ts';

const OUTCOMES = ['cancelled', 'undone'];

let portal: TestPortal;
let workflowBundle: WorkflowBundleWithSourceMap;
beforeAll(async () => {
  portal = await startTestPortal();
  workflowBundle = await bundleWorkflows(portal.core.registry, installationRoot());
});
afterAll(() => portal.close());

describe('Histories of cancellations under way (architecture, 7)', () => {
  it('there is one for each outcome', () => {
    expect(
      readdirSync(HISTORIES)
        .map((file) => path.basename(file, '.json'))
        .sort(),
    ).toEqual(OUTCOMES);
  });
  it.each(OUTCOMES)('%s: today’s workflow code takes the same way', async (outcome) => {
    const history = historyFromJSON(JSON.parse(readFileSync(path.join(HISTORIES, `${outcome}.json`), 'utf8')));
    await expect(Worker.runReplayHistory({ workflowBundle }, history)).resolves.toBeUndefined();
  });
});
