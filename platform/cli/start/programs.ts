import { nodeProgram } from '../embedded/node-program.ts';
import { findStandIns, type StandInApp } from '../embedded/stand-in.ts';
import { buildPackages } from './build-packages.ts';

/** A program that Node runs. */
export interface NodeProgram {
  args: string[];
  cwd: string;
}

/** What a start builds and runs beside Postgres, Temporal and mailbox. */
export interface Programs {
  /** Each answers with sentences about what was left out. */
  build: { packages(signal: AbortSignal): Promise<string[]>; apps(signal: AbortSignal): Promise<string[]> };
  migrate: NodeProgram;
  seedDemo: NodeProgram;
  web: NodeProgram;
  worker: NodeProgram;
  standIns: StandInApp[];
}

/** The programs of this checkout. */
export function installedPrograms(root: string): Programs {
  return {
    build: {
      packages: (signal) => buildPackages(root, 'packages', signal),
      apps: (signal) => buildPackages(root, 'apps', signal),
    },
    migrate: nodeProgram('platform/cli', 'migrate'),
    seedDemo: nodeProgram('platform/cli', 'seed-demo'),
    web: nodeProgram('apps/web', 'server'),
    worker: nodeProgram('apps/worker', 'main'),
    standIns: findStandIns(root),
  };
}
