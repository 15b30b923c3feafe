import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '@portico/testing';
import { holdCall, holdRows, type Held } from './hold.ts';

/** Where a kill is sent, and how the business at which it happens is brought there. */
export interface KillPoint {
  readonly what: string;
  /** What must stand before the clock moves. */
  hold(place: Place): Promise<Held>;
}

/** A business whose renewals are about to be charged. */
export interface Place {
  readonly tenantId: string;
  readonly account: string;
  readonly sandbox: Sandbox;
  /** A connection of a role that may see and lock every row. */
  readonly database: string;
  /** Sends the newest event of a payment to the web process, signed, as the gateway would; does not wait for the answer. */
  tellOfPayment(): Promise<void>;
}

const WITHIN_MS = 60_000;

/** Waits until something holds; throws with what was waited for. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = WITHIN_MS): Promise<void> {
  const limit = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`Waited in vain for ${what}`);
    await pause(50);
  }
}

const COUNTER = 'select 1 from portico.counters where tenant_id = $1 and series = $2 for update';

// First the gateway keeps the call, so that the rows are there; then they are locked, and the call is let go.
async function holdAfterCall({ sandbox, account, database, tenantId }: Place, statement: string): Promise<Held> {
  const call = await holdCall(sandbox, account, 'before-commit');
  let rows: Held | undefined;
  return {
    isPrepared: () => call.isInFlight(),
    async isInFlight() {
      if (!rows) {
        rows = await holdRows(database, statement, [tenantId]);
        await call.letGo();
      }
      return rows.isInFlight();
    },
    letGo: async () => rows?.letGo(),
  };
}

/** The eight points of the kill matrix (security study 6, M1). */
export const KILL_POINTS: readonly KillPoint[] = [
  { what: 'before the try is committed', hold: ({ database, tenantId }) => holdRows(database, COUNTER, [tenantId, 'billing.invoice']) },
  {
    what: 'after the try is committed, before the gateway hears of it',
    hold: ({ database, tenantId }) => holdRows(database, 'select 1 from stripe.call_lanes where tenant_id = $1 for update', [tenantId]),
  },
  { what: 'the call is sent, and nothing is done yet', hold: ({ sandbox, account }) => holdCall(sandbox, account, 'before-commit') },
  { what: 'the money has moved, and the answer is withheld', hold: ({ sandbox, account }) => holdCall(sandbox, account, 'after-commit') },
  {
    what: 'the answer is read, and nothing is written',
    hold: (place) => holdAfterCall(place, 'select 1 from billing.payment_attempts where tenant_id = $1 and is_live for update'),
  },
  {
    what: 'in the middle of writing, before the commit',
    hold: (place) => holdAfterCall(place, `select 1 from portico.counters where tenant_id = $1 and series = 'billing.payment' for update`),
  },
  {
    what: 'all is committed, and the batch is not closed',
    hold: (place) => holdAfterCall(place, 'select 1 from billing.renewal_batches where tenant_id = $1 and finished_at is null for update'),
  },
  {
    what: 'in the webhook, before its event is stored',
    async hold({ sandbox, account, tellOfPayment }) {
      // the worker hears nothing, the webhook comes, and the question that it leads to is held in the web process
      const answer = await holdCall(sandbox, account, 'after-commit');
      const question = await holdCall(sandbox, account, 'before-commit', { method: 'GET', path: '/v1/payment_intents/*' });
      let isTold = false;
      const isInFlight = async (): Promise<boolean> => {
        if (!(await answer.isInFlight())) return false;
        if (!isTold) await tellOfPayment();
        isTold = true;
        return question.isInFlight();
      };
      return {
        isPrepared: isInFlight,
        isInFlight,
        letGo: async () => {
          await answer.letGo();
          await question.letGo();
        },
      };
    },
  },
];
