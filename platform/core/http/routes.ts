import { isId, type May } from '@portico/kit';
import { z } from 'zod';
import type { Route } from '@portico/kit/server';
import type { Registry } from '../plugins/registry.ts';

/** One API operation with its plugin and its whole path. */
export interface Operation {
  readonly pluginId: string;
  readonly route: Route;
  /** `/api/v1/leads/{id}`. */
  readonly path: string;
}

/** An operation that fits an address, with the parts of the address that it asks for. */
export interface MatchedOperation {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

/** The root of the API. */
export const API_ROOT = '/api/v1';

/** Every operation of every healthy plugin, in the order of plugins. */
export const operationsOf = (registry: Registry): readonly Operation[] =>
  registry.plugins
    .filter((plugin) => !plugin.quarantined)
    .flatMap((plugin) => (plugin.server.routes ?? []).map((route) => ({ pluginId: plugin.id, route, path: `${API_ROOT}/${plugin.id}${route.path}` })));

interface Compiled {
  readonly operation: Operation;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** Finds the operation of a method and path. Fixed segments win over parameters. */
export function operationFinder(operations: readonly Operation[]): (method: string, path: string) => MatchedOperation | undefined {
  const compiled = operations.map(compile).sort((a, b) => a.names.length - b.names.length);
  const byPlugin = new Map<string, Compiled[]>();
  for (const one of compiled) byPlugin.set(one.operation.pluginId, [...(byPlugin.get(one.operation.pluginId) ?? []), one]);
  return (method, path) => {
    const pluginId = path.slice(API_ROOT.length + 1).split('/', 1)[0]!;
    for (const { operation, pattern, names } of byPlugin.get(pluginId) ?? []) {
      const match = operation.route.method === method.toLowerCase() ? pattern.exec(path) : null;
      if (match) return { operation, params: Object.fromEntries(names.map((name, at) => [name, decoded(match[at + 1]!)])) };
    }
    return undefined;
  };
}

function compile(operation: Operation): Compiled {
  const names: string[] = [];
  const source = operation.path.split('/').map((segment) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (!name) return segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    names.push(name);
    return '([^/]+)';
  });
  return { operation, pattern: new RegExp(`^${source.join('/')}$`), names };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}

/** Whether every part of an address that names a thing has the shape of an id. Anything else is answered as not found. */
export const hasIds = (params: Readonly<Record<string, string | undefined>>): boolean =>
  Object.entries(params).every(([name, value]) => value === undefined || (!value.includes('\0') && (!/(^id|Id)$/.test(name) || isId(value))));

// ---- the core's own few ------------------------------------------------------------------------------------------

/** What the core itself answers, for the lists; plugin `core`. */
export const CORE_PATHS = [
  { kind: 'page', method: 'GET', path: '/', permission: 'signed in' },
  { kind: 'page', method: 'GET', path: '/console', permission: 'staff' },
  { kind: 'page', method: 'GET', path: '/sign-in', permission: '' },
  { kind: 'write', method: 'POST', path: '/sign-in', permission: '' },
  { kind: 'page', method: 'GET', path: '/change-password', permission: 'signed in' },
  { kind: 'write', method: 'POST', path: '/change-password', permission: 'signed in' },
  { kind: 'write', method: 'POST', path: '/sign-out', permission: 'signed in' },
  { kind: 'write', method: 'POST', path: '/theme', permission: '' },
  { kind: 'page', method: 'GET', path: '/files/:fileId', permission: 'signed in' },
  { kind: 'page', method: 'GET', path: '/readyz', permission: '' },
  { kind: 'page', method: 'GET', path: '/__manifest', permission: '' },
  { kind: 'page', method: 'GET', path: '/assets/*', permission: '' },
  { kind: 'write', method: 'POST', path: '/portico/part-failures', permission: 'signed in' },
  { kind: 'operation', method: 'GET', path: `${API_ROOT}/openapi.json`, permission: '' },
  { kind: 'operation', method: 'GET', path: `${API_ROOT}/me`, permission: 'signed in' },
] as const;

/** The answer of `GET /api/v1/me`: who the session or key acts as. */
export const Me = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: z.enum(['user', 'staff', 'key']),
  roles: z.array(z.object({ role: z.string(), accountId: z.uuid().optional(), accountName: z.string().optional() })),
});

/** A right as the lists show it; empty where none is asked for. */
export const rightOf = (may: May | undefined): string => (may ? `${may.action} ${may.subject}` : '');
