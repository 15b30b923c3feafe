import type { Id } from '@portico/kit';
import { sql } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';

/** A step or batch that failed this often is told to the business; it goes on being tried. */
export const TRIES_BEFORE_TOLD = 3;

/**
 * Says in the process row, for the console's list, that something keeps failing, and notes the failure under the plugin. The
 * next turn that succeeds takes the words away. Repeating it says the newest count.
 */
export async function tellTrouble(context: HostContext, processId: Id, failure: { what: string; tries: number; error: unknown }): Promise<void> {
  const { what, tries, error } = failure;
  const row = await context.inTenant((tx) =>
    tx.row<{ plugin_id: string; kind: string }>(sql`update portico.processes set stuck_because = ${`${what} failed ${tries} times and is tried again`}
      where id = ${processId} and state = 'live' returning plugin_id, kind`),
  );
  if (row) context.host.failures.note(context.tenant.id, row.plugin_id, `${what} of ${row.kind}`, error);
}
