import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import {
  bundleWorkflows,
  createTenant,
  installationRoot,
  NewTenant,
  openCore,
  readConfig,
  startWorker,
  switchPlugin,
  type Core,
  type LoadedPlugin,
  type RunningWorker,
} from '@portico/core';
import { startMailbox, type Mailbox } from '@portico/cli/embedded';
import { openNamespace } from './namespace.ts';
import { testBusiness, type TestBusiness } from './test-business.ts';

type Servers = ReturnType<typeof inject<'portico'>>;

/** What a test may choose. */
export interface TestPortalOptions {
  /** Package names in place of the root package.json's list. */
  readonly plugins?: readonly string[];
  /** Plugins made by the test itself. */
  readonly loaded?: readonly LoadedPlugin[];
  /** Real Temporal, a mailbox and a real worker, here or (`elsewhere`) in processes that the test starts: for `*.workflow.test.ts`. */
  readonly worker?: boolean | 'elsewhere';
  /** Servers of the test's own, in place of the run's: one that it may kill. Its Postgres is migrated (`migrateAll`), and `template` is what is copied. */
  readonly servers?: Partial<Servers>;
  /** Variables besides those that every test portal has: where a stand-in is (`(await startSandbox('stripe')).env`). */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A portal of its own: a fresh copy of the migrated database, and the engine over it. */
export interface TestPortal {
  readonly core: Core;
  /** The environment that another process would need to join this portal. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mailbox: Mailbox | undefined;
  readonly worker: RunningWorker | undefined;
  /** Creates a business; plugins that are off by default are on when named. */
  business(slug: string, options?: { plugins?: readonly string[]; zone?: string; currency?: string; name?: string }): Promise<TestBusiness>;
  /** Starts another worker process' worth of work in this process. */
  startWorker(): Promise<RunningWorker>;
  close(): Promise<void>;
}

/** Starts a portal for a test file: `const portal = await startTestPortal(); afterAll(() => portal.close());`. */
export async function startTestPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const run = { ...inject('portico'), ...options.servers };
  const database = `t_${randomBytes(6).toString('hex')}`;
  await copyTemplate(run.superuserUrl, `create database ${database} template ${run.template}`);
  const mailbox = options.worker ? await startMailbox() : undefined;
  const namespace = options.worker ? await openNamespace(run.temporal!, database) : undefined;
  const environment = { ...environmentOf(run, database, namespace, mailbox), ...options.environment };
  const core = await openCore({
    config: readConfig(environment),
    processName: 'test',
    ...(options.plugins ? { plugins: options.plugins } : {}),
    ...(options.loaded ? { loaded: options.loaded } : {}),
  });
  const workers: RunningWorker[] = [];
  const startOne = async () => {
    const worker = await startWorker(core, await workflowCode(core));
    workers.push(worker);
    return worker;
  };
  const worker = options.worker === true ? await startOne() : undefined;
  return {
    core,
    environment,
    mailbox,
    worker,
    business: (slug, business) => newBusiness(core, slug, business),
    startWorker: startOne,
    async close() {
      for (const one of workers) await one.stop();
      await core.close();
      await mailbox?.stop();
      await asSuperuser(run.superuserUrl, `drop database ${database} with (force)`);
    },
  };
}

const workflowCode = (core: Core) => bundleWorkflows(core.registry, installationRoot());

function environmentOf(
  run: { runtimeUrl: string; temporal: string | undefined },
  database: string,
  namespace: string | undefined,
  mailbox: Mailbox | undefined,
): Record<string, string> {
  const url = new URL(run.runtimeUrl);
  url.pathname = `/${database}`;
  return {
    DATABASE_URL: url.href,
    PORTICO_SECRET: randomBytes(32).toString('base64'),
    PORTICO_CLOCK: 'movable',
    PORTICO_LOG: process.env.PORTICO_LOG ?? 'silent',
    ...(run.temporal && namespace ? { TEMPORAL_ADDRESS: run.temporal, TEMPORAL_NAMESPACE: namespace } : {}),
    ...(mailbox ? { SMTP_URL: mailbox.smtp } : {}),
  };
}

async function newBusiness(core: Core, slug: string, options: Parameters<TestPortal['business']>[1] = {}): Promise<TestBusiness> {
  const created = await createTenant(
    core,
    NewTenant.parse({
      slug,
      name: options.name ?? `Business ${slug}`,
      zone: options.zone ?? 'America/New_York',
      currency: options.currency ?? 'USD',
      ownerEmail: `owner@${slug}.example`,
      ownerPassword: `owner of ${slug}`,
    }),
  );
  for (const id of options.plugins ?? []) await switchPlugin(core.systemContext(created.tenant, 'core'), id, true);
  return testBusiness(core, created);
}

const OBJECT_IN_USE = '55006';

// A template is not copied while anybody is connected to it. On a busy machine the migrator's last session, or one of
// Postgres's own, may take longer to end than the five seconds that CREATE DATABASE waits.
async function copyTemplate(url: string, statement: string, tries = 5): Promise<void> {
  try {
    await asSuperuser(url, statement);
  } catch (error) {
    if ((error as { code?: string }).code !== OBJECT_IN_USE || tries === 1) throw error;
    await copyTemplate(url, statement, tries - 1);
  }
}

async function asSuperuser(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
