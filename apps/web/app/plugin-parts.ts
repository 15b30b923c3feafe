import type { ComponentType } from 'react';
import type { OpenedView } from './open-view.tsx';
import { partOf } from './part-of.tsx';

/** What a plugin gives to pages besides its own: the views of its parts in other plugins' pages, by `<plugin id>/<area>/<view>`, and its texts. */
export interface PluginParts {
  readonly views: Readonly<Record<string, OpenedView>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** Where a browser finds the parts of a plugin. Pages are given those of plugins that are on here, and of no other. */
export interface PartsAddress {
  readonly plugin: string;
  /** The address of its module. */
  readonly module: string;
}

const known = new Map<string, PluginParts>();
const loading = new Map<string, Promise<void>>();

/** The components of all parts that are known by now; one object for good, so that pages may keep it. */
export const partViews: Record<string, ComponentType<any>> = {};

/** Makes the parts of a plugin known: on the server all of them at the start, in a browser as they are loaded. */
export function takeParts(plugin: string, parts: PluginParts): void {
  known.set(plugin, parts);
  for (const [name, view] of Object.entries(parts.views)) partViews[name] = partOf(view);
}

/** The texts of the plugins that are known of these, by plugin. */
export function knownTexts(addresses: readonly PartsAddress[]): ReadonlyMap<string, PluginParts['texts']> {
  return new Map(addresses.flatMap(({ plugin }) => (known.has(plugin) ? [[plugin, known.get(plugin)!.texts] as const] : [])));
}

/** Loads what is not known yet: a plugin may be switched on while a page is open. Undefined when nothing is missing. */
export function missingParts(addresses: readonly PartsAddress[]): Promise<unknown> | undefined {
  const missing = addresses.filter(({ plugin }) => !known.has(plugin));
  return missing.length > 0 ? Promise.all(missing.map(load)) : undefined;
}

/** Fetches the views of parts that pages may show next. */
export function fetchViews(): void {
  for (const { views } of known.values()) for (const { failure } of Object.values(views)) void failure();
}

function load({ plugin, module }: PartsAddress): Promise<void> {
  const under = loading.get(plugin) ?? fetchParts(plugin, module);
  loading.set(plugin, under);
  return under;
}

// A plugin whose parts cannot be had costs its own words and parts, and no page.
async function fetchParts(plugin: string, module: string): Promise<void> {
  try {
    const { handle } = (await import(/* @vite-ignore */ module)) as { handle: PluginParts };
    takeParts(plugin, handle);
  } catch (error) {
    console.error(error);
    takeParts(plugin, { views: {}, texts: {} });
  }
}
