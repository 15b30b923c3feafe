import { fileURLToPath } from 'node:url';
import { generate, rootAbove } from './generate.ts';

const { plugins, leftOut, changed } = await generate(rootAbove(fileURLToPath(import.meta.url)));
for (const { packageName, reason } of leftOut) console.warn(`${packageName} is left out: ${reason}`);
console.info(`Pages of ${plugins.length} plugins: ${changed === 0 ? 'nothing new' : `${changed} files written`}.`);
