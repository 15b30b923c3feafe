import { InvalidInput, isZone, NotFound } from '@portico/kit';
import { sql, zoneChanged } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';

/** Changes the name or the zone of the business. Seen everywhere within 3 s; a new zone is told (`core.zone-changed`). Throws InvalidInput at the field. */
export async function saveTenant(context: HostContext, changes: Partial<{ name: string; zone: string }>): Promise<void> {
  if (changes.zone !== undefined && !isZone(changes.zone)) throw new InvalidInput({ zone: { key: 'portico.problem.zone' } });
  if (changes.name !== undefined && (changes.name.trim() === '' || changes.name.length > 120))
    throw new InvalidInput({ name: { key: 'portico.problem.required' } });
  await context.inTenant(async (tx) => {
    const before = await tx.row<{ name: string; zone: string }>(sql`select name, zone from portico.tenants where id = ${context.tenant.id} for no key update`);
    if (!before) throw new NotFound();
    await tx.run(
      sql`update portico.tenants set name = coalesce(${changes.name?.trim() ?? null}, name), zone = coalesce(${changes.zone ?? null}, zone) where id = ${context.tenant.id}`,
    );
    await tx.audit('portico.business-saved', before, changes);
    if (changes.zone !== undefined && changes.zone !== before.zone) await tx.publish(zoneChanged, { tenantId: context.tenant.id });
  });
  context.host.forgetTenant(context.tenant.id);
}

/** The zone as the database has it. */
export const zoneOf = (context: HostContext): Promise<string> =>
  context.inTenant(async (tx) => {
    const row = await tx.row<{ zone: string }>(sql`select zone from portico.tenants where id = ${context.tenant.id}`);
    if (!row) throw new NotFound();
    return row.zone;
  });
