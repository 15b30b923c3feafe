import type { Id } from '@portico/kit';
import { sql, type Ctx } from '@portico/kit/server';
import type { ReturnState } from './lead.model.ts';

/** Notes on a lead what became of its return, for lists. An older or the same `seq` as the one noted changes nothing. */
export async function noteReturn(ctx: Ctx, leadId: Id, state: ReturnState | null, seq: number): Promise<void> {
  await ctx.inTenant((tx) =>
    tx.run(
      sql`update leads.leads set return_state = ${state}, return_seq = ${seq} where tenant_id = ${ctx.tenant.id} and id = ${leadId} and return_seq < ${seq}`,
    ),
  );
}
