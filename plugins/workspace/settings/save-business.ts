import { z } from 'zod';
import { isZone } from '@portico/kit';
import { core, type Ctx } from '@portico/kit/server';

/** What is said of the business itself; what is absent stays. */
export const SaveBusiness = z
  .object({
    name: z
      .string('workspace.problem.name-missing')
      .trim()
      .min(1, 'workspace.problem.name-missing')
      .max(120, 'workspace.problem.too-long')
      .regex(/^[^\0]*$/, 'portico.problem.characters'),
    zone: z.string('portico.problem.zone').max(60, 'portico.problem.zone').refine(isZone, 'portico.problem.zone'),
  })
  .partial();
export type SaveBusiness = z.output<typeof SaveBusiness>;

/** The owner changes the business's name or time zone. Dates without a time are dates in that zone from now on. Throws InvalidInput. */
export async function saveBusiness(ctx: Ctx, input: SaveBusiness): Promise<void> {
  ctx.demand('change', 'BusinessSettings');
  await ctx.use(core).saveTenant(input);
}
