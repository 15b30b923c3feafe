import type { Client } from '@temporalio/client';
import type { Transporter } from 'nodemailer';
import type { Id } from '@portico/kit';
import type { HostContext } from '../context/host-context.ts';
import type { Core } from '../core.ts';
import { Folds } from '../database/fold.ts';
import { sendMail } from '../mail/send-mail.ts';
import { realClock } from '../observe/real-clock.ts';
import { reconcile } from '../processes/reconcile.ts';
import { wakeProcess } from '../processes/wake.ts';
import { openCleanUp } from './clean-up.ts';
import { deliverEvents, readDeliveries, togetherKey, type Told } from './deliver-events.ts';
import { resume } from './resting-events.ts';
import { claimDueWork, openRounds, type Claimed, type DueKind } from './due-work.ts';

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

const AT_ONCE = { businesses: 20, perBusiness: 100 };
/** So much of one business is under way at the same time. */
const SIDE_BY_SIDE = 8;
/** Whoever takes longer than this is waited for no more: the next round goes on without that business. */
const PATIENCE_MS = 250;
const IDLE_MS = 200;
const LEAST_LEASE_MS = 20_000;

/** Opens the relay. Businesses take turns: one with much waiting, or whose handlers hang, does not hold up the others. */
export function openRelay(core: Core, parts: RelayParts): Relay {
  const kinds: DueKind[] = ['event', 'resume', ...(parts.smtp ? (['mail'] as const) : []), ...(parts.temporal ? (['wake', 'reconcile'] as const) : [])];
  const rounds = openRounds();
  const underWay = new Map<Id, Promise<void>>();
  const repairing = openRepairs();
  const pause = openPause();
  const cleaning = openCleanUp(core);
  let stopping = false;
  let loop: Promise<void> | undefined;

  const begin = async (): Promise<{ readonly count: number; readonly end: Promise<unknown> }> => {
    const claimed = await claimDueWork(core.pool, rounds, kinds, AT_ONCE, [...underWay.keys()]);
    core.host.metrics.queueAge.set(ageOf(claimed));
    // looking through all processes of a business takes as long as it has processes: its events and mails go on beside it
    const repairs = claimed.filter(({ kind }) => kind === 'reconcile').map((one) => repairing.run(one, () => carryOut(core, parts, one)));
    const ends = byTenant(claimed.filter(({ kind }) => kind !== 'reconcile')).map(([tenantId, pieces]) => {
      const end = carryAll(core, parts, pieces).finally(() => void underWay.delete(tenantId));
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

async function sideBySide(works: readonly (() => Promise<void>)[]): Promise<void> {
  let at = 0;
  const lane = async (): Promise<void> => {
    for (let mine = at++; mine < works.length; mine = at++) await works[mine]!();
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, works.length) }, lane));
}

/** Seconds since the oldest of what was taken became due; nothing taken, nothing is late. */
const ageOf = (claimed: readonly Claimed[]): number => Math.max(0, ...claimed.map(({ dueSince }) => (realClock.ms() - dueSince.getTime()) / 1_000));

/** What one business has due, in the order in which it was taken; events that one handler takes together are one piece, at the place of the first. */
async function carryAll(core: Core, parts: RelayParts, pieces: readonly Claimed[]): Promise<void> {
  try {
    const told = await readTold(core, pieces);
    const settling = new Folds();
    const together = new Map<string, Told[]>();
    const works: (() => Promise<void>)[] = [];
    for (const claimed of pieces) {
      const event = told?.events.get(claimed.id);
      const key = event && togetherKey(told!.reader, event);
      const others = key === undefined ? undefined : together.get(key);
      if (others) others.push(event!);
      else if (event) {
        const all = [event];
        if (key !== undefined) together.set(key, all);
        works.push(() => carryEvents(core, told!.reader, all, settling));
      } else works.push(() => carryOut(core, parts, claimed));
    }
    await sideBySide(works);
  } catch (error) {
    core.log.error('the due work of a business failed', { tenant: pieces[0]!.tenantId, because: String(error) });
  }
}

/** The events among the pieces, by the piece's id; read in one transaction, whose context knows the business's clock from then on. */
interface ReadEvents {
  readonly reader: HostContext;
  readonly events: ReadonlyMap<Id, Told>;
}

async function readTold(core: Core, pieces: readonly Claimed[]): Promise<ReadEvents | undefined> {
  const events = pieces.filter(({ kind }) => kind === 'event');
  const tenant = events[0] && (await core.tenants.byId(events[0].tenantId));
  if (!tenant) return undefined;
  const reader = core.systemContext(tenant, 'core');
  const rows = await readDeliveries(
    reader,
    events.map(({ refId }) => refId),
  );
  return { reader, events: new Map(events.map((claimed) => [claimed.id, { claimed, row: rows.get(claimed.refId) }])) };
}

// a piece that waited in line until its lease was nearly over may be somebody else's by now
const isStillOurs = ({ lease }: Claimed): boolean => lease.getTime() - realClock.ms() >= LEAST_LEASE_MS;

// One piece that fails costs only itself: its lease ends and it is taken again.
async function carryEvents(core: Core, reader: HostContext, told: readonly Told[], settling: Folds): Promise<void> {
  const ours = told.filter(({ claimed }) => isStillOurs(claimed));
  if (ours.length === 0) return;
  const context = core.systemContext(reader.tenant, 'core');
  context.joinClock(reader); // a handler may ask the time before it opens a transaction of its own
  try {
    await deliverEvents(context, ours, settling);
  } catch (error) {
    core.log.error('events could not be told', { refs: ours.map(({ claimed }) => claimed.refId), because: String(error) });
  }
}

async function carryOut(core: Core, parts: RelayParts, claimed: Claimed): Promise<void> {
  if (!isStillOurs(claimed)) return;
  try {
    const tenant = await core.tenants.byId(claimed.tenantId);
    if (!tenant) return;
    const context = core.systemContext(tenant, 'core');
    if (claimed.kind === 'resume') await resume(context, claimed);
    else if (claimed.kind === 'mail') await sendMail(context, parts.smtp!, claimed);
    else if (claimed.kind === 'wake') await wakeProcess(context, parts.temporal!, claimed);
    else await reconcile(context, parts.temporal!, claimed);
  } catch (error) {
    core.log.error('a piece of due work failed', { kind: claimed.kind, ref: claimed.refId, because: String(error) });
  }
}
