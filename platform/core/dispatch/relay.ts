import type { Client } from '@temporalio/client';
import type { Transporter } from 'nodemailer';
import type { Id } from '@portico/kit';
import type { HostContext } from '../context/host-context.ts';
import type { Core } from '../core.ts';
import { Folds } from '../http/fold.ts';
import { sendMail } from '../mail/send-mail.ts';
import { realClock } from '../observe/real-clock.ts';
import { reconcile } from '../processes/reconcile.ts';
import { wakeProcess } from '../processes/wake.ts';
import { deliverEvent, readDeliveries, type DeliveryRow } from './deliver-event.ts';
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
const PER_TENANT = 20;
const SIDE_BY_SIDE = 10;
const IDLE_MS = 200;
const LEAST_LEASE_MS = 20_000;

/** Opens the relay. Businesses take turns: one with much waiting does not hold up the others. */
export function openRelay(core: Core, parts: RelayParts): Relay {
  const kinds: DueKind[] = ['event', ...(parts.smtp ? (['mail'] as const) : []), ...(parts.temporal ? (['wake', 'reconcile'] as const) : [])];
  let stopping = false;
  let loop: Promise<void> | undefined;
  let endIdle: (() => void) | undefined;

  const round = async (): Promise<number> => {
    const claimed = await claimDueWork(core.pool, kinds, AT_ONCE, PER_TENANT);
    core.host.metrics.queueAge.set(ageOf(claimed));
    const events = openEvents(core, claimed);
    await sideBySide(claimed, (one) => carryOut(core, parts, one, events));
    return claimed.length;
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      const done = await round().catch((error: unknown) => {
        core.log.error('a round of the relay failed', { because: String(error) });
        return 0;
      });
      if (done === 0 && !stopping)
        await new Promise<void>((wake) => {
          endIdle = wake;
          setTimeout(wake, IDLE_MS);
        });
    }
  };

  return {
    round,
    start: () => {
      loop ??= run();
    },
    stop: async () => {
      stopping = true;
      endIdle?.();
      await loop;
    },
  };
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
  of(context: HostContext): Promise<ReadonlyMap<Id, DeliveryRow>>;
}

function openEvents(core: Core, claimed: readonly Claimed[]): Events {
  const read = new Map<Id, Promise<ReadonlyMap<Id, DeliveryRow>>>();
  const of = (context: HostContext): Promise<ReadonlyMap<Id, DeliveryRow>> => {
    const { tenant } = context;
    const ids = claimed.filter(({ tenantId, kind }) => tenantId === tenant.id && kind === 'event').map(({ refId }) => refId);
    const rows = read.get(tenant.id) ?? readDeliveries(core.systemContext(tenant, 'core'), ids);
    read.set(tenant.id, rows);
    return rows;
  };
  return { settling: new Folds(), of };
}

// One piece that fails costs only itself: its lease ends and it is taken again.
async function carryOut(core: Core, parts: RelayParts, claimed: Claimed, events: Events): Promise<void> {
  // a piece that waited in line until its lease was nearly over may be somebody else's by now
  if (claimed.lease.getTime() - realClock.ms() < LEAST_LEASE_MS) return;
  try {
    const tenant = await core.tenants.byId(claimed.tenantId);
    if (!tenant) return;
    const context = core.systemContext(tenant, 'core');
    if (claimed.kind === 'event') await deliverEvent(context, claimed, (await events.of(context)).get(claimed.refId), events.settling);
    else if (claimed.kind === 'mail') await sendMail(context, parts.smtp!, claimed);
    else if (claimed.kind === 'wake') await wakeProcess(context, parts.temporal!, claimed);
    else await reconcile(context, parts.temporal!, claimed);
  } catch (error) {
    core.log.error('a piece of due work failed', { kind: claimed.kind, ref: claimed.refId, because: String(error) });
  }
}
