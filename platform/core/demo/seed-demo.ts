import { createHash } from 'node:crypto';
import type { DemoSignIn, DemoStory, Tenant } from '@portico/kit/server';
import { readConfig } from '../config.ts';
import { openCore, type Core } from '../core.ts';
import { switchPlugin } from '../plugins/switch-plugin.ts';
import { createTenant } from '../tenancy/create-tenant.ts';

/** One business as `run.json` tells of it. */
export interface RunBusiness {
  readonly slug: string;
  readonly tenantId: string;
  readonly url: string;
  /** A key of a lead source. */
  readonly apiKey?: string;
  readonly signIns: readonly { readonly kind: DemoSignIn['kind']; readonly login: string; readonly password: string; readonly apiKey: string }[];
}

/** The two businesses of the demonstration. What they sell is the plugins' part of the story. */
const BUSINESSES: readonly { story: DemoStory['business']; slug: string; name: string; zone: string; currency: string; ownPlugins: boolean }[] = [
  { story: 'lead-seller', slug: 'harborline', name: 'Harborline Leads', zone: 'America/New_York', currency: 'USD', ownPlugins: true },
  { story: 'franchise', slug: 'greenfold', name: 'Greenfold Lawn Care', zone: 'America/Los_Angeles', currency: 'USD', ownPlugins: false },
];

/**
 * Creates the demonstration: two businesses, and in each every plugin's share in the order of `requires`. A business that
 * is there already is left alone, so a repeated call adds nothing.
 */
export async function seedDemo({
  env,
  log,
}: {
  env: Readonly<Record<string, string | undefined>>;
  log?: (line: string) => void;
}): Promise<{ businesses: RunBusiness[] }> {
  const core = await openCore({ config: { ...readConfig(env), logLevel: 'warn' }, processName: 'demo' });
  try {
    const businesses: RunBusiness[] = [];
    for (const business of BUSINESSES) {
      if (await core.tenants.bySlug(business.slug)) continue;
      businesses.push(await seedBusiness(core, business, log));
    }
    return { businesses };
  } finally {
    await core.close();
  }
}

async function seedBusiness(core: Core, business: (typeof BUSINESSES)[number], log?: (line: string) => void): Promise<RunBusiness> {
  const ownerEmail = `owner@${business.slug}.example`;
  const ownerPassword = demoPassword(business.slug, 'owner');
  const { tenant, ownerId } = await createTenant(core, {
    slug: business.slug,
    name: business.name,
    zone: business.zone,
    currency: business.currency,
    locale: 'en-US',
    ownerEmail,
    ownerName: 'Robin Ashdown',
    ownerPassword,
  });
  await switchOn(core, tenant, business.ownPlugins);
  const now = await core.systemContext(tenant, 'core').inTenant(async (tx) => tx.ctx.clock.now());
  const signIns: DemoSignIn[] = [{ kind: 'owner', login: ownerEmail, password: ownerPassword, userId: ownerId }];
  let apiKey: string | undefined;
  const random = randomFrom(business.slug);
  for (const plugin of core.registry.plugins) {
    if (!plugin.server.demo || !(await core.enablement.of(tenant.id)).has(plugin.id)) continue;
    const part = await plugin.server.demo(core.systemContext(tenant, plugin.id), { business: business.story, now, random });
    signIns.push(...(part?.signIns ?? []));
    apiKey = part?.apiKey ?? apiKey;
    log?.(`${business.name}: ${plugin.id}`);
  }
  return { slug: tenant.slug, tenantId: tenant.id, url: tenant.url, ...(apiKey ? { apiKey } : {}), signIns: await withKeys(core, tenant, signIns) };
}

// Everything that is on by default is on already. A business's own plugins (those that are not) are on at the first one.
async function switchOn(core: Core, tenant: Tenant, ownPlugins: boolean): Promise<void> {
  if (!ownPlugins) return;
  for (const plugin of core.registry.plugins) {
    if (!plugin.quarantined) await switchPlugin(core.systemContext(tenant, 'core'), plugin.id, true);
  }
}

async function withKeys(core: Core, tenant: Tenant, signIns: readonly DemoSignIn[]): Promise<RunBusiness['signIns']> {
  return core.systemContext(tenant, 'core').inTenant(async (tx) => {
    const rows: { kind: DemoSignIn['kind']; login: string; password: string; apiKey: string }[] = [];
    for (const { kind, login, password, userId } of signIns) {
      const { key } = await tx.keys.create({ name: `Demo ${kind}`, userId });
      rows.push({ kind, login, password, apiKey: key });
    }
    return rows;
  });
}

/** Readable, different for each sign-in, and the same at every start. */
export const demoPassword = (slug: string, who: string): string => `${who}-${createHash('sha256').update(`${slug}/${who}`).digest('hex').slice(0, 8)}`;

/** A repeatable source of chance from a text (mulberry32 over its hash). */
export function randomFrom(text: string): () => number {
  let state = createHash('sha256').update(text).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
