import type { Id, Instant } from '@portico/kit';
import { sql, type Tx } from '@portico/kit/server';
import { MOST_COUNTED } from './lead-list.queries.ts';

/** A lead that somebody has, in a line. */
export interface AssignedLead {
  readonly id: Id;
  readonly name: string;
  readonly receivedAt: Instant;
}

const MOST_SHOWN = 5;

/** The newest leads that are assigned to a member, of those that the actor may see, and how many there are: counted to 1,000. */
export async function assignedLeads(
  tx: Tx,
  memberId: Id,
): Promise<{ readonly leads: readonly AssignedLead[]; readonly total: number; readonly isFloor: boolean }> {
  const theirs = sql`from leads.leads l where l.tenant_id = ${tx.ctx.tenant.id} and l.assignee_id = ${memberId} and ${tx.ctx.visible('read', 'Lead', 'l')}`;
  const leads = await tx.rows<AssignedLead>(sql`
    select l.id, l.name, l.received_at as "receivedAt" ${theirs} order by l.received_at desc, l.id desc limit ${MOST_SHOWN}`);
  if (leads.length < MOST_SHOWN) return { leads, total: leads.length, isFloor: false };
  const counted = await tx.row<{ total: number }>(sql`select count(*)::int as total from (select 1 ${theirs} limit ${MOST_COUNTED + 1}) some`);
  return { leads, total: Math.min(counted!.total, MOST_COUNTED), isFloor: counted!.total > MOST_COUNTED };
}
