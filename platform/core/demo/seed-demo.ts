import { createHash } from 'node:crypto';
import type { DemoSignIn, DemoStory, Tenant } from '@portico/kit/server';
import { readConfig } from '../config.ts';
import { openCore, type Core } from '../core.ts';
import { switchPlugin } from '../plugins/switch-plugin.ts';
import { createTenant, openTenant, prepareOwner, type CreatedTenant } from '../tenancy/create-tenant.ts';
import { emptyTenant } from './empty-tenant.ts';

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

/** How far the demonstration has come: kept by the caller, because keys are shown once. */
export interface DemoProgress {
  /** Businesses that are whole. */
  readonly businesses: readonly RunBusiness[];
  /** The short name of one that was begun; only what was begun is ever emptied. */
  readonly begun?: string;
  readonly finished?: true;
}

/** What a call of `seedDemo` is given. */
export interface SeedDemo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log?: (line: string) => void;
  /** What an earlier call has kept. */
  readonly progress?: DemoProgress;
  /** Called before a business is begun, when it is whole, and at the end. What it is given must outlive a crash. */
  readonly keep?: (progress: DemoProgress) => void;
}

/**
 * Creates the demonstration: two businesses, and in each every plugin's share in the order of `requires`, books last. A
 * business that an interrupted call has begun is emptied and made anew (unless its books were begun: then that is said); any other that is there already is left alone, so a repeated call
 * adds nothing.
 */
export async function seedDemo({ env, log, progress = { businesses: [] }, keep }: SeedDemo): Promise<{ businesses: readonly RunBusiness[] }> {
  const core = await openCore({ config: { ...readConfig(env), logLevel: 'warn' }, processName: 'demo' });
  try {
    let businesses = progress.businesses;
    for (const business of BUSINESSES) {
      const there = await core.tenants.bySlug(business.slug);
      if (there && progress.begun !== business.slug) continue;
      keep?.({ businesses, begun: business.slug });
      businesses = [...businesses, await seedBusiness(core, business, there, log)];
      keep?.({ businesses });
    }
    keep?.({ businesses, finished: true });
    return { businesses };
  } finally {
    await core.close();
  }
}

async function seedBusiness(core: Core, business: (typeof BUSINESSES)[number], begun: Tenant | undefined, log?: (line: string) => void): Promise<RunBusiness> {
  const owner = { login: `owner@${business.slug}.example`, password: demoPassword(business.slug, 'owner') };
  const { tenant, ownerId } = await openBusiness(core, business, owner, begun);
  await switchOn(core, tenant, business.ownPlugins);
  const now = await core.systemContext(tenant, 'core').inTenant(async (tx) => tx.ctx.clock.now());
  const signIns: DemoSignIn[] = [{ kind: 'owner', ...owner, userId: ownerId }];
  let apiKey: string | undefined;
  const random = randomFrom(business.slug);
  const { plugins } = core.registry;
  for (const plugin of [...plugins.filter(({ server }) => !server.demoLast), ...plugins.filter(({ server }) => server.demoLast)]) {
    if (!plugin.server.demo || !(await core.enablement.of(tenant.id)).has(plugin.id)) continue;
    const part = await plugin.server.demo(core.systemContext(tenant, plugin.id), { business: business.story, now, random });
    signIns.push(...(part?.signIns ?? []));
    apiKey = part?.apiKey ?? apiKey;
    log?.(`${business.name}: ${plugin.id}`);
  }
  for (const plugin of plugins) {
    if (!plugin.server.demoAfter || !(await core.enablement.of(tenant.id)).has(plugin.id)) continue;
    await plugin.server.demoAfter(core.systemContext(tenant, plugin.id), { business: business.story, now, random });
  }
  return { slug: tenant.slug, tenantId: tenant.id, url: tenant.url, ...(apiKey ? { apiKey } : {}), signIns: await withKeys(core, tenant, signIns) };
}

async function openBusiness(
  core: Core,
  { slug, name, zone, currency }: (typeof BUSINESSES)[number],
  owner: { login: string; password: string },
  begun: Tenant | undefined,
): Promise<CreatedTenant> {
  const input = { slug, name, zone, currency, locale: 'en-US', ownerEmail: owner.login, ownerName: 'Robin Ashdown', ownerPassword: owner.password };
  if (!begun) return createTenant(core, input);
  await emptyTenant(core, begun.id);
  return openTenant(core, begun, input, await prepareOwner(input));
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
