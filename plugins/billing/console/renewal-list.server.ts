import type { PageRequest } from '@portico/kit/page';
import { addressQuery, intentOf, textIn, type Ctx, type Submitted } from '@portico/kit/server';
import { readInput } from '@portico/kit';
import { z } from 'zod';
import { billAgain } from '../renewal/bill-again.ts';
import { comingRenewals, heldBack, ListRenewalRuns, listRenewalRuns } from '../renewal/renewal-runs.queries.ts';
import { chargeBrake, letChargesGo, StopCharges, stopCharges } from '../renewal/stop-charges.ts';

/** What the clock billed and charged, what it holds back, and the brake. */
export async function load(ctx: Ctx, request: PageRequest) {
  const brake = await chargeBrake(ctx);
  return ctx.inTenant(async (tx) => ({
    ...(await listRenewalRuns(tx, addressQuery(ListRenewalRuns, request.query))),
    coming: await comingRenewals(tx),
    held: await heldBack(tx),
    brake: brake ?? null,
  }));
}

/** The brake is pulled or lifted; a subscription that was held back is billed again. */
export async function submit(ctx: Ctx, form: FormData): Promise<Submitted> {
  const work = intentOf<() => Promise<Submitted>>(form, {
    stop: async () => {
      await stopCharges(ctx, readInput(StopCharges, { because: textIn(form, 'because') ?? '' }));
      return { ok: true, say: 'billing.brake.say-stopped' };
    },
    lift: async () => {
      await letChargesGo(ctx);
      return { ok: true, say: 'billing.brake.say-lifted' };
    },
    'bill-again': async () => {
      const { subscriptionId } = readInput(z.object({ subscriptionId: z.uuid() }), { subscriptionId: textIn(form, 'subscriptionId') });
      await billAgain(ctx, subscriptionId);
      return { ok: true, say: 'billing.held.say-billed' };
    },
  });
  return work();
}
