import type { Id } from '@portico/kit';
import { sql, staffUsers } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { dueNow } from '../dispatch/due-work.ts';
import { ownValue } from '../errors/own-value.ts';
import { union } from '../hooks/union.ts';

/**
 * Writes a mail into the outbox, in the caller's transaction. The address is looked up and the body filled when it is
 * sent: neither is stored. Throws when the plugin declares no such mail, or the data does not fit its schema.
 */
export async function queueMail(tx: HostTx, template: string, to: Id | 'staff' | 'owner', data: object): Promise<void> {
  const { pluginId, tenant, traceId } = tx.ctx;
  const entry = tx.context.host.registry.byId(pluginId)?.manifest.emails?.[template];
  if (!entry) throw new Error(`plugin ${pluginId} declares no mail "${template}"`);
  const checked = ownValue(entry.data, data, `the mail ${pluginId}/${template} was given what it does not allow`) as object;
  for (const userId of await recipients(tx, to)) {
    const id = tx.ctx.newId();
    await tx.run(sql`insert into portico.mails (id, plugin_id, template, user_id, data, message_id, trace_id, created_at)
      values (${id}, ${pluginId}, ${template}, ${userId}, ${checked}, ${`<${id}@${new URL(tenant.url).hostname}>`}, ${traceId}, ${tx.ctx.clock.now()})`);
    await dueNow(tx, 'mail', id);
  }
}

async function recipients(tx: HostTx, to: Id | 'staff' | 'owner'): Promise<readonly Id[]> {
  if (to !== 'staff' && to !== 'owner') return [to];
  const shares = await union(tx, staffUsers, { role: to });
  return [...new Set(shares.map((share) => share.userId))];
}
