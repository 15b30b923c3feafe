/** The product's worker, as `apps/worker` starts it, with workflows that were bundled before. `argv`: the bundle's file. Says when it works. */
import { openCore, readConfig, startWorker } from '@portico/core';

const core = await openCore({ config: readConfig(process.env), processName: 'worker' });
const worker = await startWorker(core, { codePath: process.argv[2]! });
process.stdout.write(`${JSON.stringify({ port: 0 })}\n`);
await worker.ended;
