/**
 * Makes the demo once and ends. How to sign in to it is kept in `<PORTICO_DATA>/demo.json` (mode 0600), because passwords
 * and keys are stored nowhere else in a readable form and `run.json` is written anew at each start.
 */
import path from 'node:path';
import { seedDemo } from '@portico/core';
import { writeJson } from './start/secrets.ts';

const data = process.env.PORTICO_DATA;
if (!data) {
  console.error('PORTICO_DATA must be set.');
  process.exit(1);
}
const { businesses } = await seedDemo({ env: process.env, log: (line: string) => console.error(line) });
writeJson(path.join(data, 'demo.json'), { businesses });
console.log(JSON.stringify({ businesses: businesses.length }));
