/** Makes the demonstration, as the starter does, to be killed meanwhile. `argv`: the file that keeps how far it has come. Says when it begins. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { seedDemo, type DemoProgress } from '@portico/core';

const file = process.argv[2]!;
const progress = existsSync(file) ? { progress: JSON.parse(readFileSync(file, 'utf8')) as DemoProgress } : {};
process.stdout.write(`${JSON.stringify({ port: 0 })}\n`);
await seedDemo({ env: process.env, ...progress, keep: (reached) => writeFileSync(file, JSON.stringify(reached)) });
