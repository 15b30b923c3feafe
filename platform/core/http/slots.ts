import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { LIMITS, type SlotEntry, type SlotPoint } from '@portico/kit';
import type { Ctx, FilledSlot, PageServer, SlotServer } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import { TooSlow, withinBudget } from '../hooks/call.ts';
import { runsFromSource } from '../plugins/installed.ts';
import type { Failures } from '../plugins/failures.ts';
import type { LoadedPlugin, Registry } from '../plugins/registry.ts';

/** What the page keeps for itself of the time that it has left: a part that hangs must not cost the page. */
const PAGE_KEEPS_MS = 300;

/** What loading slots needs of the host. */
export interface SlotHost {
  readonly registry: Registry;
  readonly enablement: { of(tenantId: string): Promise<ReadonlySet<string>> };
  readonly failures: Pick<Failures, 'note'>;
}

/** A part that may stand in a slot, with its plugin. */
export interface SlotPart {
  readonly plugin: LoadedPlugin;
  readonly entry: SlotEntry;
}

/** How a part is named in the hidden field `_part` of its form; the page says which area it is in. */
export const partName = ({ plugin, entry }: SlotPart): string => `${plugin.id}/${entry.view}`;

/** The parts of a slot that this actor may see here: plugin on, role of the area, right of the entry. By plugin id. */
export async function partsOf(host: SlotHost, context: Ctx, slot: SlotPoint, contextFor: (pluginId: string) => Ctx): Promise<readonly SlotPart[]> {
  const enabled = await host.enablement.of(context.tenant.id);
  return host.registry.plugins
    .filter((plugin) => !plugin.quarantined && enabled.has(plugin.id))
    .flatMap((plugin) => (plugin.manifest.slots ?? []).map((entry) => ({ plugin, entry })))
    .filter(
      ({ plugin, entry }) => entry.slot.name === slot.name && belongsTo(context, entry.area) && contextFor(plugin.id).may(entry.may.action, entry.may.subject),
    )
    .sort((a, b) => (partName(a) < partName(b) ? -1 : 1));
}

/** Whether an actor has a role in the portal or in the console. */
export const belongsTo = ({ actor }: Pick<Ctx, 'actor'>, area: 'portal' | 'console'): boolean =>
  actor.roles.some(({ role }) => (role === 'owner' || role === 'staff') === (area === 'console'));

/**
 * The parts of a slot with their data: side by side, each with a context and a time budget of its own, which ends before
 * the page's. A part that throws, hangs or has no server half where it needs one costs only itself; one that answers
 * `undefined` is left out.
 */
export async function loadSlots(host: SlotHost, context: HostContext, slot: SlotPoint, props: object): Promise<readonly FilledSlot[]> {
  const parts = await partsOf(host, context, slot, (pluginId) => context.child(pluginId));
  const inTime = Math.min(LIMITS.partLoadMs, context.leftMs() - PAGE_KEEPS_MS);
  const filled = await Promise.all(parts.map((part) => fill(host, part, inTime, context, props)));
  return filled.filter((part) => part !== undefined);
}

async function fill(host: SlotHost, part: SlotPart, inTime: number, page: HostContext, props: object): Promise<FilledSlot | undefined> {
  const { plugin, entry } = part;
  const shown = { pluginId: plugin.id, area: entry.area, view: entry.view, title: entry.title };
  try {
    const server = await slotServer(part);
    if (inTime <= 0) throw new TooSlow(0);
    const value = server ? await withinBudget(inTime, (budget) => server.load(page.child(plugin.id, undefined, budget), props)) : {};
    return value === undefined ? undefined : { ...shown, data: { ok: true, value } };
  } catch (error) {
    host.failures.note(page.tenant.id, plugin.id, `part ${entry.view}`, error);
    return { ...shown, data: { ok: false } };
  }
}

/** The server half of a part; undefined when it has none. */
export const slotServer = ({ plugin, entry }: SlotPart): Promise<SlotServer | undefined> => serverHalf<SlotServer>(plugin, entry.area, entry.view);

/** The server half of a page; undefined when it has none. */
export const pageServer = (plugin: LoadedPlugin, area: string, view: string): Promise<PageServer | undefined> => serverHalf<PageServer>(plugin, area, view);

// Loaded when it is first asked for, so that a half that throws while it is imported costs only its own page.
async function serverHalf<Half>(plugin: LoadedPlugin, area: string, view: string): Promise<Half | undefined> {
  const file = runsFromSource() ? path.join(plugin.dir, area, `${view}.server.ts`) : path.join(plugin.dir, 'dist', area, `${view}.server.js`);
  if (!existsSync(file)) return undefined;
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Half;
}
