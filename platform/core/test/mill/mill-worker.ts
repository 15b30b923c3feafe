/** A worker of the mill in a process of its own, to be killed in the middle of a batch. Says `ready` when it works. */
import { bundleWorkflows, installationRoot, openCore, readConfig, startWorker } from '@portico/core';
import { mill, miller } from './mill.ts';

miller.sackMs = Number(process.env['MILL_SACK_MS'] ?? 0);
const core = await openCore({ config: readConfig(process.env), plugins: [], loaded: [mill], processName: 'mill-worker' });
const worker = await startWorker(core, await bundleWorkflows(core.registry, installationRoot()));
process.stdout.write('ready\n');
await worker.ended;
