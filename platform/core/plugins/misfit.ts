import { publicPagesProblem } from '@portico/kit';
import { addressOf } from '../http/navigation.ts';
import { inRange } from './installed.ts';
import type { LoadedPlugin } from './registry.ts';
import { secretsProblem } from './secret-settings.ts';

/**
 * Why a plugin cannot stand beside those that were taken in before it, in one sentence; undefined when it can. What only one
 * may have belongs to the first: a later plugin never changes who may do what at an earlier one.
 */
export function misfitOf(plugin: LoadedPlugin, earlier: readonly LoadedPlugin[], all: readonly LoadedPlugin[]): string | undefined {
  return takenAlready(plugin, earlier) ?? secretsProblem(plugin.manifest) ?? twiceTheSame(plugin) ?? writtenForAnother(plugin, all);
}

function takenAlready({ manifest }: LoadedPlugin, earlier: readonly LoadedPlugin[]): string | undefined {
  const address = publicPagesProblem(
    manifest,
    earlier.map((other) => other.manifest),
  );
  if (address) return address;
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
  if (kind) return `two of its processes are called ${kind}`;
  const share = firstTwice(
    (server.hooks ?? []).filter((hook) => hook.point.kind === 'effect' || hook.point.kind === 'provider').map(({ point }) => point.name),
  );
  return share && `it takes part twice in ${share}`;
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
