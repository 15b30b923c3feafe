import { readFileSync } from 'node:fs';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createTransport, type Transporter } from 'nodemailer';
import { BATCH_QUEUE, type Id } from '@portico/kit';
import type { ProcessRef } from '@portico/kit/workflow';
import { SYSTEM } from './context/actors.ts';
import { CORE } from './context/host.ts';
import type { HostContext } from './context/host-context.ts';
import type { Core } from './core.ts';
import { openRelay, type Relay } from './dispatch/relay.ts';
import { resumeSoon } from './dispatch/resting-events.ts';
import { Budget } from './hooks/call.ts';
import { realClock } from './observe/real-clock.ts';
import { lookAtClock } from './processes/clock/look-at-clock.ts';
import { workBatch } from './processes/clock/work-batch.ts';
import { performStep } from './processes/perform.ts';
import { TRIES_BEFORE_TOLD, tellTrouble } from './processes/tell-trouble.ts';
import { whatNext } from './processes/turn.ts';
import { TASK_QUEUE } from './processes/wake.ts';

/** Workflow code as the build made it (a path), or as tests made it in memory. */
export type WorkflowCode = { readonly codePath: string } | WorkflowBundleWithSourceMap;

/** The running worker: processes and the relay of outbox, mail and repair. */
export interface RunningWorker {
  readonly relay: Relay;
  readonly temporal: Client;
  /** Takes nothing new, finishes what it holds, closes. Repeating it waits for the same end. */
  stop(): Promise<void>;
  /** Settles when the worker has ended; rejects when it broke. */
  readonly ended: Promise<void>;
}

/** The time in which a step may come to its end once the worker is told to: less than the starter's three seconds. */
const GRACE_MS = 2_000;
const SHUTDOWN = { shutdownGraceTime: GRACE_MS, shutdownForceTime: GRACE_MS + 500 } as const;

let runtimeInstalled = false;

/** Starts the worker of this process. Throws when Temporal or the database cannot be reached. */
export async function startWorker(core: Core, workflows: WorkflowCode): Promise<RunningWorker> {
  const where = core.config.temporal;
  if (!where) throw new Error('TEMPORAL_ADDRESS must be set for the worker');
  if (!runtimeInstalled) Runtime.install({ logger: new DefaultLogger('WARN'), shutdownSignals: [] });
  runtimeInstalled = true;
  const native = await NativeConnection.connect({ address: where.address });
  const connection = await Connection.connect({ address: where.address });
  const temporal = new Client({ connection, namespace: where.namespace });
  const worker = await Worker.create({
    connection: native,
    namespace: where.namespace,
    taskQueue: TASK_QUEUE,
    workflowBundle: 'codePath' in workflows ? { code: readFileSync(workflows.codePath, 'utf8') } : workflows,
    activities: { ...caseActivities(core), lookAtClock: clockActivities(core).lookAtClock },
    maxCachedWorkflows: 200,
    maxConcurrentActivityTaskExecutions: 20,
    maxConcurrentWorkflowTaskExecutions: 20,
    ...SHUTDOWN,
  });
  // batches have places of their own: many businesses' slow gateways take none from the steps that people wait for
  const batches = await Worker.create({
    connection: native,
    namespace: where.namespace,
    taskQueue: BATCH_QUEUE,
    activities: { workBatch: clockActivities(core).workBatch },
    maxConcurrentActivityTaskExecutions: 20,
    ...SHUTDOWN,
  });
  const relay = openRelay(core, { temporal, smtp: openSmtp(core) });
  await reconcileSoon(core);
  const workers = [worker, batches];
  const running = Promise.all(workers.map((one) => one.run()));
  relay.start();
  const stopOnce = async (): Promise<void> => {
    await relay.stop();
    for (const one of workers) if (one.getState() === 'RUNNING') one.shutdown();
    await running;
    await connection.close();
    await native.close();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= stopOnce());
  return { relay, temporal, stop, ended: running.then(() => undefined) };
}

// Whoever starts looks first whether every process has its workflow: Temporal may have lost its state meanwhile.
async function reconcileSoon(core: Core): Promise<void> {
  await core.pool.query(`update portico.due_work set not_before = $1, lease = null where kind = 'reconcile'`, [realClock.now()]);
  await resumeSoon(core);
}

/** The activities that carry every case of every plugin. */
export const caseActivities = (core: Core) => ({
  async whatNext({ tenantId, processId }: ProcessRef) {
    const tenant = await core.tenants.byId(tenantId);
    if (!tenant) return { done: 'gone' };
    return untilCalledOff((budget) => whatNext(core.systemContext(tenant, CORE).child(CORE, SYSTEM, budget), processId));
  },
  async perform({ tenantId, processId }: ProcessRef, step: string) {
    const tenant = await core.tenants.byId(tenantId);
    if (!tenant) return;
    const context = core.systemContext(tenant, CORE);
    await toldWhenItFails(context, processId, `step ${step}`, () =>
      untilCalledOff((budget) => performStep(context.child(CORE, SYSTEM, budget), processId, step)),
    );
  },
});

/** The activities that carry every clock of every plugin. */
const clockActivities = (core: Core) => ({
  async lookAtClock({ tenantId, processId }: ProcessRef) {
    const tenant = await core.tenants.byId(tenantId);
    if (!tenant) return { done: 'gone' };
    const context = core.systemContext(tenant, CORE);
    return toldWhenItFails(context, processId, 'looking at what is due', () =>
      untilCalledOff((budget) => lookAtClock(context.child(CORE, SYSTEM, budget), processId)),
    );
  },
  async workBatch({ tenantId, processId }: ProcessRef) {
    const tenant = await core.tenants.byId(tenantId);
    if (!tenant) return;
    const context = core.systemContext(tenant, CORE);
    await toldWhenItFails(context, processId, 'a batch', () =>
      whileAlive((beat) => untilCalledOff((budget) => workBatch(context.child(CORE, SYSTEM, budget), processId, beat))),
    );
  },
});

const SIGN_OF_LIFE_MS = 4_000;

// Says to Temporal that this worker lives, however long a gateway takes; a worker that was killed says nothing, and its
// batch is taken again. Whether the plugin gets on is another question, asked where its batch is worked.
async function whileAlive<T>(work: (beat: (progress?: object) => void) => Promise<T>): Promise<T> {
  const activity = Context.current();
  // check-allow business-clock: a sign of life to Temporal, not work of a business
  const signs = setInterval(() => activity.heartbeat(), SIGN_OF_LIFE_MS);
  try {
    return await work((progress) => activity.heartbeat(progress));
  } finally {
    clearInterval(signs);
  }
}

async function toldWhenItFails<T>(context: HostContext, processId: Id, what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const tries = Context.current().info.attempt;
    if (tries >= TRIES_BEFORE_TOLD) await tellTrouble(context, processId, { what, tries, error });
    throw error;
  }
}

// A worker that ends lets go of what takes longer than its grace: that try commits nothing more, and another worker takes
// the step again, soon, because this is a failure like any other.
async function untilCalledOff<T>(work: (budget: Budget) => Promise<T>): Promise<T> {
  const budget = new Budget();
  const calledOff = Context.current().cancelled.catch(() => {
    throw budget.spend();
  });
  return Promise.race([work(budget), calledOff]);
}

/** The mail server; without SMTP_URL mails wait. */
export function openSmtp(core: Core): Transporter | undefined {
  if (!core.config.smtpUrl) return undefined;
  return createTransport(core.config.smtpUrl, {
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 15_000,
  } as never) as Transporter;
}
