import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Id } from '@portico/kit';
import type { Log } from '@portico/kit/server';
import type { LoadedPlugin } from './registry.ts';

/** A secret as it stands in its row. */
export interface Sealed {
  readonly sealed: string;
}

/** Whose secret: it opens nowhere else, though somebody carried it there. */
export interface SecretPlace {
  readonly tenantId: Id;
  readonly pluginId: string;
  readonly field: string;
}

/** Encrypts the secret settings of plugins, with a key that serves nothing else. */
export interface SecretSettings {
  seal(place: SecretPlace, plain: string): Sealed;
  /** What was sealed; undefined, and told to the operator once, when it was sealed with another secret, for another place, or altered. */
  open(place: SecretPlace, stored: unknown): string | undefined;
}

const CIPHER = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
const MOST_TOLD = 1_000;

/** Opens the safe of one process. */
export function openSecretSettings(secret: Buffer, log: Pick<Log, 'error'>): SecretSettings {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'portico secret settings', 32));
  const told = new Set<string>();
  const tell = ({ tenantId, pluginId, field }: SecretPlace, stored: unknown): void => {
    const what = [tenantId, pluginId, field, JSON.stringify(stored)].join(' ');
    if (told.has(what)) return;
    if (told.size >= MOST_TOLD) told.clear();
    told.add(what);
    log.error('a secret setting cannot be read and counts as not set: was PORTICO_SECRET changed? Enter it again', {
      tenant: tenantId,
      plugin: pluginId,
      field,
    });
  };
  return {
    seal(place, plain) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(addressOf(place));
      return { sealed: Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url') };
    },
    open(place, stored) {
      const plain = isSealed(stored) ? unsealed(key, place, Buffer.from(stored.sealed, 'base64url')) : undefined;
      if (plain === undefined) tell(place, stored);
      return plain;
    },
  };
}

const addressOf = ({ tenantId, pluginId, field }: SecretPlace): Buffer => Buffer.from([tenantId, pluginId, field].join('\0'));

const isSealed = (stored: unknown): stored is Sealed => typeof stored === 'object' && stored !== null && typeof (stored as Partial<Sealed>).sealed === 'string';

function unsealed(key: Buffer, place: SecretPlace, sealed: Buffer): string | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(addressOf(place)).setAuthTag(sealed.subarray(-TAG_BYTES));
  const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined; // the tag does not fit: another key, another place, or altered
  }
}

interface Property {
  readonly type?: unknown;
  readonly secret?: unknown;
}

const properties = (schema: z.ZodObject): [string, Property][] =>
  Object.entries((z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }).properties ?? {}) as Record<string, Property>);

const known = new WeakMap<z.ZodObject, readonly string[]>();

/** The settings of a plugin that are marked `.meta({ secret: true })`. */
export function secretFields({ settings }: Pick<LoadedPlugin['manifest'], 'settings'>): readonly string[] {
  if (!settings) return [];
  const fields = known.get(settings) ?? properties(settings).flatMap(([name, { secret }]) => (secret === true ? [name] : []));
  known.set(settings, fields);
  return fields;
}

/** Why a plugin's secret settings cannot be kept, in one sentence; undefined when they can. */
export function secretsProblem({ settings }: Pick<LoadedPlugin['manifest'], 'settings'>): string | undefined {
  const wrong = settings && properties(settings).find(([, { secret, type }]) => secret === true && type !== 'string');
  return wrong && `its setting ${wrong[0]} is secret and is no text: only texts are kept encrypted`;
}
