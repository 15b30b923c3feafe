import { core, type Brake, type Ctx } from '@portico/kit/server';
import { z } from 'zod';

const CHARGES = 'billing.charges';

/** Why nobody is charged for now: staff read it. */
export const StopCharges = z.object({ because: z.string().trim().min(1, 'portico.problem.required').max(200) });

/** The charge brake as it stands; undefined when charges go. */
export function chargeBrake(ctx: Ctx): Promise<Brake | undefined> {
  ctx.demand('manage', 'Payment');
  return ctx.use(core).brake(CHARGES);
}

/** Nobody is charged from now on; invoices go out as before, and what was to be charged waits. Repeating it keeps the first reason. */
export async function stopCharges(ctx: Ctx, { because }: z.output<typeof StopCharges>): Promise<void> {
  ctx.demand('manage', 'Payment');
  await ctx.use(core).pullBrake(CHARGES, because);
}

/** Charges go on, and what waited is charged if it is still owed. The operator's own brake stays. Repeating it changes nothing. */
export async function letChargesGo(ctx: Ctx): Promise<void> {
  ctx.demand('manage', 'Payment');
  await ctx.use(core).liftBrake(CHARGES);
}
