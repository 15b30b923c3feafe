import type { Id } from '@portico/kit';
import { sql, staffUsers } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { dueAllNow } from '../dispatch/due-work.ts';
import { ownValue } from '../errors/own-value.ts';
import { union } from '../hooks/union.ts';

/**
 * Writes a mail into the outbox, in the caller's transaction. The address is looked up and the body filled when it is
 * sent: neither is stored. Throws when the plugin declares no such mail, or the data does not fit its schema.
 */
export async function queueMail(tx: HostTx, template: string, to: Id | 'staff' | 'owner', data: object): Promise<void> {
  const checked = checkedData(tx, template, data);
  const users = await recipients(tx, to);
  await write(
    tx,
    template,
    users.map((userId) => ({ userId, data: checked })),
  );
}

/** The same for many people, each with data of their own. */
export const queueMails = (tx: HostTx, template: string, mails: readonly { readonly to: Id; readonly data: object }[]): Promise<void> =>
  write(
    tx,
    template,
    mails.map(({ to, data }) => ({ userId: to, data: checkedData(tx, template, data) })),
  );

function checkedData(tx: HostTx, template: string, data: object): object {
  const { pluginId } = tx.ctx;
  const entry = tx.context.host.registry.byId(pluginId)?.manifest.emails?.[template];
  if (!entry) throw new Error(`plugin ${pluginId} declares no mail "${template}"`);
  return ownValue(entry.data, data, `the mail ${pluginId}/${template} was given what it does not allow`) as object;
}

async function write(tx: HostTx, template: string, mails: readonly { readonly userId: Id; readonly data: object }[]): Promise<void> {
  if (mails.length === 0) return;
  const { pluginId, tenant, traceId } = tx.ctx;
  const { hostname } = new URL(tenant.url);
  const rows = mails.map((mail) => ({ ...mail, id: tx.ctx.newId() }));
  await tx.run(sql`insert into portico.mails (id, plugin_id, template, user_id, data, message_id, trace_id, created_at)
    select m.id, ${pluginId}, ${template}, m."userId", m.data, '<' || m.id || ${`@${hostname}>`}, ${traceId}, ${tx.ctx.clock.now()}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as m(id uuid, "userId" uuid, data jsonb)`);
  await dueAllNow(
    tx,
    'mail',
    rows.map(({ id }) => id),
  );
}

async function recipients(tx: HostTx, to: Id | 'staff' | 'owner'): Promise<readonly Id[]> {
  if (to !== 'staff' && to !== 'owner') return [to];
  const shares = await union(tx, staffUsers, { role: to });
  return [...new Set(shares.map((share) => share.userId))];
}
