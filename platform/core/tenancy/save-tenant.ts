import { InvalidInput, isZone } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';

/** Changes the name or the zone of the business. Seen everywhere within 3 s. Throws InvalidInput at the field. */
export async function saveTenant(context: HostContext, changes: Partial<{ name: string; zone: string }>): Promise<void> {
  if (changes.zone !== undefined && !isZone(changes.zone)) throw new InvalidInput({ zone: { key: 'portico.problem.zone' } });
  if (changes.name !== undefined && (changes.name.trim() === '' || changes.name.length > 120))
    throw new InvalidInput({ name: { key: 'portico.problem.required' } });
  await context.inTenant(async (tx) => {
    await tx.run(
      sql`update portico.tenants set name = coalesce(${changes.name?.trim() ?? null}, name), zone = coalesce(${changes.zone ?? null}, zone) where id = ${context.tenant.id}`,
    );
    await tx.audit('portico.business-saved', { name: context.tenant.name, zone: context.tenant.zone }, changes);
  });
  context.host.forgetTenant(context.tenant.id);
}
