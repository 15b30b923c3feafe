/**
 * Makes the demo once and ends; after an interruption it goes on. How to sign in to it is kept in `<PORTICO_DATA>/demo.json`
 * (mode 0600) as soon as a business is whole, because passwords and keys are stored nowhere else in a readable form and
 * `run.json` is written anew at each start.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { seedDemo, type DemoProgress } from '@portico/core';
import { writeJson } from './start/secrets.ts';

const data = process.env.PORTICO_DATA;
if (!data) {
  console.error('PORTICO_DATA must be set.');
  process.exit(1);
}
const file = path.join(data, 'demo.json');
const progress = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoProgress) : undefined;
const { businesses } = await seedDemo({ env: process.env, log: (line: string) => console.error(line), progress, keep: (made) => writeJson(file, made) });
console.log(JSON.stringify({ businesses: businesses.length }));
