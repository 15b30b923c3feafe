import { sql, staffUsers, tenantCreated, userRoles, type Tx } from '@portico/kit/server';
import type { Id } from '@portico/kit';

/** The share of `core.roles` that workspace knows: owner or staff of the business. */
export const staffRoles = userRoles.answer((tx, { userId }) =>
  tx.rows<{ role: 'owner' | 'staff' }>(sql`select role from workspace.staff where tenant_id = ${tx.ctx.tenant.id} and user_id = ${userId}`),
);

/** Who gets the mails to staff, owners among them, for they can decide as well; and who those to the owner. */
export const staffAddresses = staffUsers.answer((tx, { role }) =>
  tx.rows<{ userId: Id }>(sql`
    select s.user_id as "userId" from workspace.staff s join portico.users u on u.tenant_id = s.tenant_id and u.id = s.user_id
    where s.tenant_id = ${tx.ctx.tenant.id} and u.enabled and (s.role = 'owner' or ${role} = 'staff')
    order by s.id`),
);

/** The first user of a new business is its owner. The core tells it at once, and perhaps again: the second time changes nothing. */
export const welcomeOwner = tenantCreated.react((ctx, { ownerId }) => ctx.inTenant((tx) => insertOwner(tx, ownerId)));

async function insertOwner(tx: Tx, ownerId: Id): Promise<void> {
  await tx.run(sql`
    insert into workspace.staff (id, user_id, role, created_at) values (${tx.ctx.newId()}, ${ownerId}, 'owner', ${tx.ctx.clock.now()})
    on conflict (tenant_id, user_id) do nothing`);
}
