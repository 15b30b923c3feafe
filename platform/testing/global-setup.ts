import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, runtimeRole, startTemporalDev } from '@portico/cli/embedded';
import { migrateAll } from '@portico/core';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own Postgres: a migrated database to copy, and the addresses of its roles. */
    portico: { readonly template: string; readonly superuserUrl: string; readonly runtimeUrl: string; readonly temporal: string | undefined };
  }
}

/** Starts what the tests of one kind stand on: a Postgres with a migrated template and, for workflows, a Temporal server. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const parent = mkdtempSync(path.join(tmpdir(), 'portico-tests-'));
  chmodSync(parent, 0o755); // Postgres runs as another user when we are root
  const postgres = await startEmbeddedPostgres({ dir: path.join(parent, 'postgres'), ephemeral: true, settings: ['max_connections=300'] });
  await migrateAll({ ownerUrl: postgres.ownerUrl, runtimeRole });
  const temporal = project.name === 'workflow' ? await startTemporalDev() : undefined;
  project.provide('portico', { template: 'portico', superuserUrl: postgres.superuserUrl, runtimeUrl: postgres.runtimeUrl, temporal: temporal?.address });
  return async () => {
    await temporal?.stop();
    await postgres.stop();
    rmSync(parent, { recursive: true, force: true });
  };
}
