import { z } from 'zod';
import { NotFound } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';

/** An operator ends an API key for good: the next request with it is not signed in. Repeated: nothing more. Throws NotFound. */
export async function revokeKey(context: HostContext, id: string): Promise<void> {
  await context.inTenant(async (tx) => {
    const known = z.uuid().safeParse(id).success && (await tx.row(sql`select id from portico.api_keys where id = ${id}`));
    if (!known) throw new NotFound();
    await tx.keys.revoke(id);
  });
}
