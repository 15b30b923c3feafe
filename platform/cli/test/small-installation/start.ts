// The real starter with the real Postgres, Temporal and mailbox; only web, worker and what they are built from are small.
import path from 'node:path';
import { checkoutRoot } from '../../embedded/node-program.ts';
import { findStandIns } from '../../embedded/stand-in.ts';
import type { Programs } from '../../start/programs.ts';
import { runStart } from '../../start/run-start.ts';

const here = import.meta.dirname;
const program = (name: string) => ({ args: [path.join(here, `${name}.mjs`)], cwd: here });
const programs: Programs = {
  build: { packages: async () => [], apps: async () => [] },
  migrate: program('migrate'),
  seedDemo: program('seed-demo'),
  web: program('web'),
  worker: program('worker'),
  standIns: findStandIns(checkoutRoot()),
};
process.exit(await runStart(process.argv.slice(2), process.env, checkoutRoot(), () => programs));
