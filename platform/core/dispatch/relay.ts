import type { Client } from '@temporalio/client';
import type { Transporter } from 'nodemailer';
import type { Id } from '@portico/kit';
import type { Tenant } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { Core } from '../core.ts';
import { Folds } from '../database/fold.ts';
import { sendMail } from '../mail/send-mail.ts';
import { realClock } from '../observe/real-clock.ts';
import { reconcile } from '../processes/reconcile.ts';
import { wakeProcess } from '../processes/wake.ts';
import { openCleanUp } from './clean-up.ts';
import { deliverEvent, readDeliveries, type DeliveryRow } from './deliver-event.ts';
import { resume } from './resting-events.ts';
import { claimDueWork, type Claimed, type DueKind } from './due-work.ts';

/** What the relay reaches the world with; without one of them its work waits. */
export interface RelayParts {
  readonly temporal?: Client;
  readonly smtp?: Transporter | undefined;
}

/** The loop that carries out what transactions have promised. */
export interface Relay {
  start(): void;
  /** Takes nothing new and waits for what is under way. */
  stop(): Promise<void>;
  /** One round: claims what is due and does it. The number of pieces done; for tests and the command line. */
  round(): Promise<number>;
}

const AT_ONCE = 100;
const PER_TENANT = 40;
/** So much of one business is under way at the same time. */
const SIDE_BY_SIDE = 8;
/** Whoever takes longer than this is waited for no more: the next round goes on without that business. */
const PATIENCE_MS = 250;
const IDLE_MS = 200;
const LEAST_LEASE_MS = 20_000;

/** Opens the relay. Businesses take turns: one with much waiting, or whose handlers hang, does not hold up the others. */
export function openRelay(core: Core, parts: RelayParts): Relay {
  const kinds: DueKind[] = ['event', 'resume', ...(parts.smtp ? (['mail'] as const) : []), ...(parts.temporal ? (['wake', 'reconcile'] as const) : [])];
  const underWay = new Map<Id, Promise<void>>();
  const repairing = openRepairs();
  const pause = openPause();
  const cleaning = openCleanUp(core);
  let stopping = false;
  let loop: Promise<void> | undefined;

  const begin = async (): Promise<{ readonly count: number; readonly end: Promise<unknown> }> => {
    const claimed = await claimDueWork(core.pool, kinds, AT_ONCE, PER_TENANT, [...underWay.keys()]);
    core.host.metrics.queueAge.set(ageOf(claimed));
    const events = openEvents(core, claimed);
    const carry = (one: Claimed): Promise<void> => carryOut(core, parts, one, events);
    // looking through all processes of a business takes as long as it has processes: its events and mails go on beside it
    const repairs = claimed.filter(({ kind }) => kind === 'reconcile').map((one) => repairing.run(one, carry));
    const ends = byTenant(claimed.filter(({ kind }) => kind !== 'reconcile')).map(([tenantId, pieces]) => {
      const end = sideBySide(pieces, carry).finally(() => void underWay.delete(tenantId));
      underWay.set(tenantId, end);
      return end;
    });
    return { count: claimed.length, end: Promise.all([...ends, ...repairs]) };
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      const { count, end } = await begin().catch((error: unknown) => {
        core.log.error('a round of the relay failed', { because: String(error) });
        return { count: 0, end: undefined };
      });
      if (count === 0 && !stopping)
        await cleaning.step().catch((error: unknown) => core.log.error('old deliveries could not be taken away', { because: String(error) }));
      if (!stopping) await (count > 0 ? pause.until(PATIENCE_MS, end) : pause.until(IDLE_MS));
    }
    await Promise.all([...underWay.values(), ...repairing.underWay.values()]);
  };

  return {
    round: async () => {
      const { count, end } = await begin();
      await end;
      return count;
    },
    start: () => {
      loop ??= run();
    },
    stop: async () => {
      stopping = true;
      pause.end();
      await loop;
    },
  };
}

/** A wait that can be ended from outside. */
function openPause() {
  let endIt: () => void = () => undefined;
  return {
    end: () => endIt(),
    /** At most `milliseconds`, and until `work` has settled, if there is any. */
    until: (milliseconds: number, work?: Promise<unknown>): Promise<void> =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        endIt = () => {
          clearTimeout(timer);
          resolve();
        };
        void work?.then(endIt);
      }),
  };
}

/** One repair of each business at a time: a second one, whose first has outlived its lease, has nothing to add. */
function openRepairs() {
  const underWay = new Map<Id, Promise<void>>();
  const run = (one: Claimed, work: (one: Claimed) => Promise<void>): Promise<void> => {
    const mine = underWay.get(one.tenantId) ?? work(one).finally(() => void underWay.delete(one.tenantId));
    underWay.set(one.tenantId, mine);
    return mine;
  };
  return { underWay, run };
}

function byTenant(claimed: readonly Claimed[]): [Id, Claimed[]][] {
  const groups = new Map<Id, Claimed[]>();
  for (const one of claimed) groups.set(one.tenantId, [...(groups.get(one.tenantId) ?? []), one]);
  return [...groups];
}

async function sideBySide(claimed: readonly Claimed[], work: (one: Claimed) => Promise<void>): Promise<void> {
  let at = 0;
  const lane = async (): Promise<void> => {
    for (let mine = at++; mine < claimed.length; mine = at++) await work(claimed[mine]!);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, claimed.length) }, lane));
}

/** Seconds since the oldest of what was taken became due; nothing taken, nothing is late. */
const ageOf = (claimed: readonly Claimed[]): number => Math.max(0, ...claimed.map(({ dueSince }) => (realClock.ms() - dueSince.getTime()) / 1_000));

/** What the events of one round share: each business's are read in one transaction, by the first of them. */
interface Events {
  readonly settling: Folds;
  /** The event of a piece of work; its context knows the business's clock from then on. */
  of(context: HostContext, claimed: Claimed): Promise<DeliveryRow | undefined>;
}

interface ReadEvents {
  readonly reader: HostContext;
  readonly rows: ReadonlyMap<Id, DeliveryRow>;
}

function openEvents(core: Core, claimed: readonly Claimed[]): Events {
  const read = new Map<Id, Promise<ReadEvents>>();
  const readAll = async (tenant: Tenant): Promise<ReadEvents> => {
    const reader = core.systemContext(tenant, 'core');
    const ids = claimed.filter(({ tenantId, kind }) => tenantId === tenant.id && kind === 'event').map(({ refId }) => refId);
    return { reader, rows: await readDeliveries(reader, ids) };
  };
  return {
    settling: new Folds(),
    async of(context, { refId }) {
      const { tenant } = context;
      const reading = read.get(tenant.id) ?? readAll(tenant);
      read.set(tenant.id, reading);
      const { reader, rows } = await reading;
      context.joinClock(reader); // a handler may ask the time before it opens a transaction of its own
      return rows.get(refId);
    },
  };
}

// One piece that fails costs only itself: its lease ends and it is taken again.
async function carryOut(core: Core, parts: RelayParts, claimed: Claimed, events: Events): Promise<void> {
  // a piece that waited in line until its lease was nearly over may be somebody else's by now
  if (claimed.lease.getTime() - realClock.ms() < LEAST_LEASE_MS) return;
  try {
    const tenant = await core.tenants.byId(claimed.tenantId);
    if (!tenant) return;
    const context = core.systemContext(tenant, 'core');
    if (claimed.kind === 'event') await deliverEvent(context, claimed, await events.of(context, claimed), events.settling);
    else if (claimed.kind === 'resume') await resume(context, claimed);
    else if (claimed.kind === 'mail') await sendMail(context, parts.smtp!, claimed);
    else if (claimed.kind === 'wake') await wakeProcess(context, parts.temporal!, claimed);
    else await reconcile(context, parts.temporal!, claimed);
  } catch (error) {
    core.log.error('a piece of due work failed', { kind: claimed.kind, ref: claimed.refId, because: String(error) });
  }
}
