import { fileURLToPath } from 'node:url';
import { generate, rootAbove } from './generate.ts';

const { plugins, leftOut, missing, changed } = await generate(rootAbove(fileURLToPath(import.meta.url)));
for (const { packageName, reason } of leftOut) console.warn(`${packageName} is left out: ${reason}`);
for (const view of missing) console.warn(`A manifest names a view that is not there: ${view}`);
console.info(`Pages of ${plugins.length} plugins: ${changed === 0 ? 'nothing new' : `${changed} files written`}.`);
