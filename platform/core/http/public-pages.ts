import type { ServerResponse } from 'node:http';
import type { Registry } from '../plugins/registry.ts';
import { pathAndQuery } from './same-origin.ts';

/** The public page that an address names. */
export interface PublicAddress {
  readonly pluginId: string;
  /** The address as its plugin writes it, `/pay/:token`: what may stand in a log. */
  readonly pattern: string;
}

/** Finds the public page of an address, on plain paths and on `.data` alike, whether its plugin is on here or not. */
export function publicPageFinder(registry: Registry): (target: string) => PublicAddress | undefined {
  const pages = registry.plugins
    .filter((plugin) => !plugin.quarantined)
    .flatMap(({ id, manifest }) => (manifest.pages ?? []).flatMap(({ area, path }) => (area === 'public' ? [{ pluginId: id, pattern: `/${path}` }] : [])))
    .map((page) => ({ ...page, shape: shapeOf(page.pattern) }));
  return (target) => {
    const path = pathAndQuery(target)[0].replace(/\.data$/, '');
    const found = pages.find(({ shape }) => shape.test(path));
    return found && { pluginId: found.pluginId, pattern: found.pattern };
  };
}

const shapeOf = (pattern: string): RegExp => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}/?$`);

/** Its address is a secret: it is told to no other page, and no search engine keeps it. */
export function keepAddressSecret(response: ServerResponse): void {
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Robots-Tag', 'noindex');
}
