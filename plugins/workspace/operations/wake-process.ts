import { isId, NotFound } from '@portico/kit';
import { core, type Ctx } from '@portico/kit/server';

/** Staff ask a process to look at its rows again; a stuck one moves again. Throws NotFound for one that has ended. */
export async function wakeProcess(ctx: Ctx, processId: string): Promise<void> {
  ctx.demand('wake', 'Process');
  if (!isId(processId)) throw new NotFound();
  await ctx.use(core).wakeProcess(processId);
  await ctx.inTenant((tx) => tx.audit('workspace.process-woken', null, { processId }));
}
