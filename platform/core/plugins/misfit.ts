import { addressOf } from '../http/navigation.ts';
import { inRange } from './installed.ts';
import type { LoadedPlugin } from './registry.ts';

/**
 * Why a plugin cannot stand beside those that were taken in before it, in one sentence; undefined when it can. What only one
 * may have belongs to the first: a later plugin never changes who may do what at an earlier one.
 */
export function misfitOf(plugin: LoadedPlugin, earlier: readonly LoadedPlugin[], all: readonly LoadedPlugin[]): string | undefined {
  return notYetRun(plugin) ?? takenAlready(plugin, earlier) ?? twiceTheSame(plugin) ?? writtenForAnother(plugin, all);
}

// Part of the contract already, so that plugins can be written for it; without an engine they would be there and do nothing.
function notYetRun({ manifest, server }: LoadedPlugin): string | undefined {
  const clock = manifest.processes?.find((process) => 'clock' in process);
  if (clock) return `it declares the clock ${clock.kind}, and this version of the product runs no clocks yet`;
  const effect = server.hooks?.find(({ point }) => point.kind === 'effect');
  return effect && `it takes part in the effect ${effect.point.name}, and this version of the product carries out no effects yet`;
}

function takenAlready({ manifest }: LoadedPlugin, earlier: readonly LoadedPlugin[]): string | undefined {
  for (const other of earlier) {
    const subject = Object.keys(manifest.subjects ?? {}).find((name) => Object.hasOwn(other.manifest.subjects ?? {}, name));
    if (subject) return `its subject ${subject} is declared by ${other.id} already: give it another name`;
    const kind = manifest.processes?.find((process) => other.manifest.processes?.some((one) => one.kind === process.kind))?.kind;
    if (kind) return `its process ${kind} belongs to ${other.id} already: kinds begin with the own id`;
  }
  return undefined;
}

function twiceTheSame({ id, manifest, server }: LoadedPlugin): string | undefined {
  const page = firstTwice((manifest.pages ?? []).map((entry) => addressOf(id, entry)));
  if (page) return `two of its pages have the address ${page}`;
  const operation = firstTwice((server.routes ?? []).map(({ method, path }) => `${method} ${path || '/'}`));
  if (operation) return `two of its operations are ${operation}`;
  const kind = firstTwice((manifest.processes ?? []).map((process) => process.kind));
  return kind && `two of its processes are called ${kind}`;
}

const firstTwice = (names: readonly string[]): string | undefined => names.find((name, at) => names.indexOf(name) !== at);

// What is only used may be missing or come later; what is here must be what it was written for.
function writtenForAnother({ manifest }: LoadedPlugin, all: readonly LoadedPlugin[]): string | undefined {
  for (const [id, range] of Object.entries(manifest.uses ?? {})) {
    const other = all.find((one) => one.id === id && !one.quarantined);
    if (other && !inRange(other.manifest.version, range)) return `it was written for ${id} ${range}; installed is ${other.manifest.version}`;
  }
  return undefined;
}
