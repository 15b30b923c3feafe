import type { FramedPage, PageEntry, TextKey } from '@portico/kit';
import type { Actor, Ctx } from '@portico/kit/server';
import type { Registry } from '../plugins/registry.ts';
import type { IsAbsent } from './absent-pages.ts';
import { belongsTo } from './slots.ts';

export type Area = 'portal' | 'console';

/** One entry of the menu. */
export interface MenuEntry {
  readonly text: TextKey;
  readonly href: string;
  readonly icon?: string;
  /** Also in the person's own menu. */
  readonly personal?: boolean;
  readonly children: readonly MenuEntry[];
}

/** The address of a page, with its parameters as they stand in the manifest. */
export const addressOf = (pluginId: string, { area, path }: Pick<PageEntry, 'area' | 'path'>): string =>
  [area === 'console' ? '/console' : '', area === 'public' ? '' : `/${pluginId}`, path === '' ? '' : `/${path.replace(/^\//, '')}`].join('');

/**
 * The actor as one who is in this area: in the portal with the roles of a customer, in the console with those of staff.
 * A person who is both sees as a customer what customers see.
 */
export function actorIn(area: Area, actor: Actor): Actor {
  const roles = actor.roles.filter(({ role }) => (role === 'owner' || role === 'staff') === (area === 'console'));
  return { ...actor, kind: area === 'console' ? 'staff' : 'user', roles };
}

interface Placed extends MenuEntry {
  readonly pluginId: string;
  readonly order: number;
  readonly below: string | undefined;
}

/** The menu of an area: pages of enabled plugins that the actor may see and that are not absent, by order, then plugin id. */
export function menuOf(
  registry: Registry,
  enabled: ReadonlySet<string>,
  area: Area,
  contextFor: (pluginId: string) => Ctx,
  isAbsent: IsAbsent,
): readonly MenuEntry[] {
  const placed = registry.plugins
    .filter((plugin) => !plugin.quarantined && enabled.has(plugin.id))
    .flatMap((plugin) => (plugin.manifest.pages ?? []).flatMap((page) => (page.area === area && page.menu ? [{ pluginId: plugin.id, page }] : [])))
    .filter(({ pluginId, page }) => mayOpen(contextFor(pluginId), page) && !isAbsent(pluginId, page))
    .map(place)
    .sort((a, b) => a.order - b.order || (a.pluginId < b.pluginId ? -1 : a.pluginId > b.pluginId ? 1 : 0));
  return nested(placed);
}

/** Whether a context's actor has the role of a page's area and the right that it asks for. */
export const mayOpen = (context: Ctx, { area, may }: Pick<FramedPage, 'area' | 'may'>): boolean =>
  belongsTo(context, area) && context.may(may.action, may.subject);

const place = ({ pluginId, page }: { pluginId: string; page: FramedPage }): Placed => ({
  pluginId,
  text: page.menu!.text,
  href: addressOf(pluginId, page),
  ...(page.menu!.icon ? { icon: page.menu!.icon } : {}),
  ...(page.menu!.personal ? { personal: true } : {}),
  order: page.menu!.order ?? 100,
  below: page.menu!.below,
  children: [],
});

// `below` is the text of the entry that this one stands under. Without that entry it stands by itself.
function nested(placed: readonly Placed[]): MenuEntry[] {
  const parentOf = (entry: Placed) => placed.find((one) => one !== entry && one.text === entry.below && one.below === undefined);
  const shown = ({ text, href, icon, personal }: Placed, children: readonly MenuEntry[]): MenuEntry => ({
    text,
    href,
    ...(icon ? { icon } : {}),
    ...(personal ? { personal } : {}),
    children,
  });
  return placed
    .filter((entry) => !parentOf(entry))
    .map((entry) =>
      shown(
        entry,
        placed.filter((one) => parentOf(one) === entry).map((one) => shown(one, [])),
      ),
    );
}
