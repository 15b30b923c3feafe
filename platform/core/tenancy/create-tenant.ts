import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { defineError, isZone, LIMITS, type Id } from '@portico/kit';
import { sql, tenantCreated, type Tenant } from '@portico/kit/server';
import type { HostTx } from '../context/host-tx.ts';
import { uuidv7 } from '../context/uuid.ts';
import type { Core } from '../core.ts';
import { dueNow } from '../dispatch/due-work.ts';
import { hashPassword } from '../identity/passwords.ts';
import { realClock } from '../observe/real-clock.ts';
import { reaction } from '../dispatch/deliver-events.ts';
import { withinBudget } from '../hooks/call.ts';
import { settleClocks } from '../processes/clock/clock-rows.ts';
import { urlOf } from './tenants.ts';

/** A business of that short name exists. */
export class SlugTaken extends defineError('portico.slug-taken', 409) {}

/** What a new business is made from. */
export const NewTenant = z.object({
  slug: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'must be 2 to 40 lower-case letters, digits or dashes and begin with a letter'),
  name: z.string().trim().min(1).max(120),
  zone: z.string().refine(isZone, 'must be a time zone of the IANA list, such as America/New_York'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency of ISO 4217, such as USD'),
  ownerEmail: z.email(),
  ownerName: z.string().trim().min(1).max(120).default('Owner'),
  ownerPassword: z.string().optional(),
  locale: z.string().default('en-US'),
});

/** The business, its owner, and the owner's password, shown once. */
export interface CreatedTenant {
  readonly tenant: Tenant;
  readonly ownerId: Id;
  readonly login: string;
  readonly password: string;
}

/**
 * Creates a business with its address and its owner. A business that an interrupted call has left without anybody in it is
 * finished by the next call. Throws SlugTaken; InvalidInput at `password`.
 */
export async function createTenant(core: Core, input: z.output<typeof NewTenant>): Promise<CreatedTenant> {
  const owner = await prepareOwner(input);
  return openTenant(core, (await insertTenant(core, input)) ?? (await leftUnfinished(core, input.slug)), input, owner);
}

async function leftUnfinished(core: Core, slug: string): Promise<Tenant> {
  const there = await core.tenants.bySlug(slug);
  if (!there) throw new SlugTaken({ slug }); // the name is taken as an address, by another business
  return there;
}

interface NewOwner {
  readonly password: string;
  readonly passwordHash: string;
}

/** The owner's password, given or made, and its hash. Throws InvalidInput at `password`. */
export async function prepareOwner(input: z.output<typeof NewTenant>): Promise<NewOwner> {
  const password = input.ownerPassword ?? randomBytes(12).toString('base64url');
  return { password, passwordHash: await hashPassword(password, [input.name, input.slug]) };
}

/** Gives a business that has nobody yet its owner, and tells the plugins. Throws SlugTaken when somebody is in it. */
export async function openTenant(core: Core, tenant: Tenant, input: z.output<typeof NewTenant>, { password, passwordHash }: NewOwner): Promise<CreatedTenant> {
  const context = core.systemContext(tenant, 'core');
  const ownerId = await context.inTenant(async (tx) => {
    await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${tenant.id}::text, 0))`);
    if (await tx.row(sql`select id from portico.users where tenant_id = ${tenant.id} limit 1`)) throw new SlugTaken({ slug: tenant.slug });
    const owner = await tx.users.create({ name: input.ownerName, email: input.ownerEmail, passwordHash, mustChangePassword: false });
    await dueNow(tx as HostTx, 'reconcile', tenant.id);
    await settleClocks(tx as HostTx);
    await tx.audit('portico.tenant-created', null, { slug: input.slug });
    await tx.publish(tenantCreated, { tenantId: tenant.id, ownerId: owner });
    return owner;
  });
  await tellPlugins(core, tenant, ownerId);
  return { tenant, ownerId, login: input.ownerEmail, password };
}

async function insertTenant(core: Core, input: z.output<typeof NewTenant>): Promise<Tenant | undefined> {
  const id = uuidv7();
  const host = `${input.slug}.${core.config.baseDomain}`;
  try {
    await core.pool.query(
      `with t as (insert into portico.tenants (id, slug, name, zone, currency, locale, created_at) values ($1, $2, $3, $4, $5, $6, $7) returning id)
       insert into portico.domains (host, tenant_id) select $8, id from t`,
      [id, input.slug, input.name, input.zone, input.currency, input.locale, realClock.now(), host],
    );
  } catch (error) {
    if ((error as { code?: string }).code === '23505') return undefined;
    throw error;
  }
  core.tenants.forget();
  return { id, slug: input.slug, name: input.name, zone: input.zone, currency: input.currency, locale: input.locale, url: urlOf(core.config, host) };
}

// The owner must be able to work at once, so handlers of this one event run here and now, each on its own; what fails
// stays as an ordinary delivery and is tried again by the worker.
async function tellPlugins(core: Core, tenant: Tenant, ownerId: Id): Promise<void> {
  const payload = { tenantId: tenant.id, ownerId };
  const context = core.systemContext(tenant, 'core');
  const rows = await context.inTenant((tx) =>
    tx.rows<{ id: Id; plugin_id: string; handler: number; seq: number }>(
      sql`select id, plugin_id, handler, seq from portico.event_deliveries where tenant_id = ${tenant.id} and point = ${tenantCreated.name} and state = 'waiting'`,
    ),
  );
  for (const row of rows) {
    const bound = core.registry.bound('event', tenantCreated.name).find((one) => one.pluginId === row.plugin_id && one.index === row.handler);
    if (!bound) continue;
    try {
      const event = { payload, delivery: { id: row.id, seq: row.seq } };
      await withinBudget(LIMITS.eventMs, (budget) => reaction(bound)(context.child(row.plugin_id, undefined, budget), [event]));
    } catch (error) {
      core.failures.note(tenant.id, row.plugin_id, `event ${tenantCreated.name}`, error);
      continue;
    }
    await context.inTenant(async (tx) => {
      await tx.run(sql`update portico.event_deliveries set state = 'delivered', tries = 1, settled_at = ${tx.ctx.clock.now()} where id = ${row.id}`);
      await tx.run(sql`delete from portico.due_work where kind = 'event' and ref_id = ${row.id}`);
    });
  }
}
