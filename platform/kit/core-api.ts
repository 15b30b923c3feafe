/** What the core itself offers to plugins that manage a business: `ctx.use(core)`, and `tx.users`, `tx.keys`, `tx.files` for what must be atomic. */
import { z } from 'zod';
import { defineEvent, definePluginApi, defineUnion } from './hook-points.ts';
import type { Id, Instant, TextKey } from './ids.ts';
import type { ListPlace, WalkedPage } from './keyset-list.ts';

/** A page of a list that is walked by cursor. */
export interface ListPage<Row> {
  readonly data: readonly Row[];
  /** Hand it back to get the rows after the last one; null at the end. */
  readonly nextCursor: string | null;
}

/** A person who may sign in. */
export interface UserRecord {
  readonly id: Id;
  readonly name: string;
  readonly userName: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly enabled: boolean;
  readonly mustChangePassword: boolean;
}

/** Users, inside a transaction. A user name or e-mail address that is taken is InvalidInput at `userName` or `email`. */
export interface Users {
  /** At least one of `userName` and `email`. `passwordHash` comes from `ctx.hashPassword`. */
  create(user: {
    name: string;
    userName?: string | null;
    email?: string | null;
    phone?: string | null;
    passwordHash?: string;
    mustChangePassword?: boolean;
  }): Promise<Id>;
  /** Disabling a user, or changing the password, ends every open session of that user. */
  change(
    id: Id,
    changes: Partial<{
      name: string;
      userName: string | null;
      email: string | null;
      phone: string | null;
      enabled: boolean;
      passwordHash: string;
      mustChangePassword: boolean;
    }>,
  ): Promise<void>;
  find(id: Id): Promise<UserRecord | undefined>;
}

/** API keys, inside a transaction. */
export interface Keys {
  /** A key of a lead source (may only do what a route's `sourceMay` allows) or of a user. The key is shown once. */
  create(key: { name: string; sourceId?: Id; userId?: Id }): Promise<{ id: Id; key: string }>;
  revoke(id: Id): Promise<void>;
  list(of: { sourceId?: Id; userId?: Id }): Promise<readonly { id: Id; name: string; lastFour: string; createdAt: Instant; revokedAt: Instant | null }[]>;
}

/** Small files kept with the business's rows, inside a transaction. */
export interface Files {
  /** `mediaType` must be in the list of allowed images; more than 1 MiB is InvalidInput at `file`. Served at `/files/<id>`. */
  put(file: { purpose: string; fileName: string; mediaType: string; bytes: Uint8Array }): Promise<Id>;
  /** A file of this business, for a document that shows it; undefined when there is none with this id. */
  read(fileId: Id): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array } | undefined>;
}

/** How a business looks and speaks. */
export interface Branding {
  readonly colour: string;
  readonly logoFileId: Id | null;
  readonly contactLine: string;
  readonly contactEmail: string;
  readonly contactPhone: string;
  /** The business's own words: text key → text. */
  readonly words: Readonly<Record<string, string>>;
}

/** One plugin as the console shows it. */
export interface PluginState {
  readonly id: string;
  readonly version: string;
  readonly title: TextKey;
  readonly about?: TextKey;
  readonly alwaysOn: boolean;
  readonly enabled: boolean;
  readonly requires: readonly string[];
  /** Enabled plugins that need this one: it cannot be switched off before them. */
  readonly neededBy: readonly string[];
  /** Live processes that would rest. */
  readonly liveProcesses: number;
  /** Why it was set aside when the product started; absent when it is healthy. */
  readonly quarantined?: string;
  readonly adds: readonly string[];
  /** Failures of its handlers, steps and pages here, of all processes, as long as one came in the last seven days. */
  readonly failures: number;
  /** The newest of them: where, and the first line of what was thrown. */
  readonly lastFailure?: { readonly at: Instant; readonly where: string; readonly because: string };
  readonly hasSettings: boolean;
}

/** A delivery of an event, or a mail, that was given up after its tries; or an event that rests while its plugin is off. */
export interface ParkedDelivery {
  readonly id: Id;
  readonly kind: 'event' | 'mail';
  /** `resting` goes on by itself when the plugin is on and healthy again; `parked` waits for a retry. */
  readonly state: 'parked' | 'resting';
  readonly name: string;
  readonly pluginId: string;
  readonly tries: number;
  readonly lastError: string;
  readonly createdAt: Instant;
}

/** A process as the console lists it. */
export interface ProcessRecord {
  readonly id: Id;
  readonly kind: string;
  readonly pluginId: string;
  readonly subject: Id;
  readonly state: 'live' | 'stuck' | 'resting' | 'ended';
  readonly nextStep: string | null;
  readonly nextAt: Instant | null;
  readonly outcome: string | null;
  readonly stuckBecause: string | null;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly temporalUrl: string | null;
}

/** Which processes a list shows. */
export interface ProcessQuery extends ListPlace {
  readonly state?: 'live' | 'stuck' | 'ended' | undefined;
}

/** A brake that is on (`brakes` of a manifest). */
export interface Brake {
  /** `installation`: the operator stopped it for every business; only the operator lifts it. */
  readonly on: 'business' | 'installation';
  readonly because: string;
  readonly since: Instant;
  /** Who pulled it. */
  readonly by: string;
}

/** A line of the audit log. */
export interface AuditRecord {
  readonly id: Id;
  readonly at: Instant;
  readonly actorName: string;
  readonly actorKind: string;
  readonly what: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** What the core offers. The caller asks for rights first (`ctx.demand`): the core trusts the plugin. */
export interface CoreApi {
  branding(): Promise<Branding>;
  saveBranding(changes: Partial<Branding>): Promise<void>;
  saveTenant(changes: Partial<{ name: string; zone: string }>): Promise<void>;
  /** The business's time zone as it is now; `ctx.tenant.zone` may be some seconds old. */
  zone(): Promise<string>;
  plugins(): Promise<readonly PluginState[]>;
  /** Throws PluginRequired, PluginNeeded or NotFound. Repeating it changes nothing. */
  switchPlugin(pluginId: string, on: boolean): Promise<void>;
  /** The settings of a plugin here and their JSON Schema (draft 2020-12) with titles from `.meta`. Of a secret one only `{ set: true }` or `{ set: false }`. */
  settingsOf(pluginId: string): Promise<{ values: Readonly<Record<string, unknown>>; schema: Readonly<Record<string, unknown>> }>;
  /**
   * Saves them whole. A secret one is set by its text and taken away by null; empty, absent, or as `settingsOf` tells of it,
   * it stays. Throws InvalidInput with a problem at each field.
   */
  saveSettings(pluginId: string, values: Readonly<Record<string, unknown>>): Promise<void>;
  /** Orders: `since`. */
  parked(place: ListPlace): Promise<WalkedPage<ParkedDelivery>>;
  /** Sends it out again with the same id. */
  retryParked(id: Id): Promise<void>;
  /** Orders: `started`. */
  processes(query: ProcessQuery): Promise<WalkedPage<ProcessRecord>>;
  /** Wakes a process; a stuck one looks at its rows again. */
  wakeProcess(id: Id): Promise<void>;
  /** The brake `<plugin>.<name>` as it stands; undefined when it is off. Throws NotFound for one that no plugin has. */
  brake(brake: string): Promise<Brake | undefined>;
  /** Stops at this business what the brake stops. Throws NotFound, InvalidInput at `because`. Pulling it again changes nothing. */
  pullBrake(brake: string, because: string): Promise<void>;
  /** Lets it go on, and wakes the plugin's processes. Repeating it changes nothing. Throws NotFound. */
  liftBrake(brake: string): Promise<void>;
  /** Orders: `at`. */
  audit(place: ListPlace): Promise<WalkedPage<AuditRecord>>;
  /** The signed-in user changes the own password. Throws InvalidInput at `current` or `password`. */
  changeOwnPassword(current: string, password: string): Promise<void>;
  /**
   * Whether this is the password of a user who is enabled, for a page that somebody reaches by a one-time link: checked off
   * the event loop, and each try counts as a sign-in of that user. Throws TooManyAttempts once there were too many, TooBusy.
   */
  passwordFits(userId: Id, password: string): Promise<boolean>;
  /** Shares of other plugins for a user: the union `core.roles`. */
  rolesOf(userId: Id): Promise<readonly z.output<typeof RoleShare>[]>;
}

/** The core's own API: `ctx.use(core)`. */
export const core = definePluginApi<CoreApi>('core');

/** One role of a user. */
export const RoleShare = z.object({
  role: z.enum(['owner', 'staff', 'account-admin', 'member']),
  accountId: z.uuid().optional(),
  accountName: z.string().optional(),
  memberId: z.uuid().optional(),
  billGroupIds: z.array(z.uuid()).optional(),
  downlineMemberIds: z.array(z.uuid()).optional(),
});

/** Which roles a user has; asked once per request, in the request's first transaction. A user without any role sees an empty frame. */
export const userRoles = defineUnion('core.roles', { question: z.object({ userId: z.uuid() }), share: RoleShare, budgetMs: 2_000 });

/**
 * Pages of the answering plugin that are not there for these customers, though the plugin is on and the right is there:
 * terms of a contract, say. `path` is the page's in the manifest. The portal's menu leaves them out and their addresses are
 * unknown; asked when a page is opened, kept for three seconds. The plugin's use cases still refuse by themselves.
 */
export const absentPages = defineUnion('core.absent-pages', {
  question: z.object({ accountIds: z.array(z.uuid()) }),
  share: z.object({ plugin: z.string(), path: z.string() }),
  budgetMs: 1_000,
});

/** The users who work for the business, or own it: who gets mails to 'staff' and 'owner'. */
export const staffUsers = defineUnion('core.staff-users', {
  question: z.object({ role: z.enum(['owner', 'staff']) }),
  share: z.object({ userId: z.uuid() }),
  budgetMs: 2_000,
});

/**
 * Whether a lead source of that id is there, and its name: the plugin that keeps sources answers. Asked before a key is made
 * for one, so that no key belongs to nobody.
 */
export const keySources = defineUnion('core.key-sources', {
  question: z.object({ sourceId: z.uuid() }),
  share: z.object({ name: z.string() }),
  budgetMs: 2_000,
});

/** A user has another name, whoever changed it: for plugins that keep it for sorting. */
export const userRenamed = defineEvent('core.user-renamed', { payload: z.object({ userId: z.uuid() }), subject: (p) => p.userId });

/** The business has another time zone: for plugins that keep days as instants. Ask `core.zone` which, an older event may come late. */
export const zoneChanged = defineEvent('core.zone-changed', { payload: z.object({ tenantId: z.uuid() }), subject: (p) => p.tenantId });

/** A business was created; the owner is its first user. The plugin that keeps staff reacts in the same moment it is told. */
export const tenantCreated = defineEvent('core.tenant-created', { payload: z.object({ tenantId: z.uuid(), ownerId: z.uuid() }), subject: (p) => p.tenantId });
