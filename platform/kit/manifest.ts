import type { z } from 'zod';
import type { Process } from './case.ts';
import type { TextKey } from './ids.ts';

/**
 * How far an action reaches for a person, from near to far:
 * - `own`: rows of the member; an account admin has the whole account.
 * - `downline`: as `own`, and with View Downline also rows of members below; an account admin has the whole account.
 * - `bill-group`: rows of the bill groups that the member belongs to.
 * - `account`: rows of the account, for account admins only.
 * - `tenant`: staff only, every row of the business.
 * - `owner`: the owner of the business only.
 * Staff reach every row of the business in every scope but `owner`.
 */
export type Scope = 'own' | 'downline' | 'bill-group' | 'account' | 'tenant' | 'owner';

/** The right that a page, slot or route asks for. */
export interface May {
  readonly action: string;
  readonly subject: string;
}

/** A kind of thing that rights are about. */
export interface Subject {
  /** Which columns of a row say whose it is. A scope without its column reaches nothing. */
  readonly columns: { readonly member?: string; readonly billGroup?: string; readonly account?: string };
  readonly actions: Readonly<Record<string, Scope>>;
}

/** One page: `/<plugin id>/<path>` in the portal, `/console/<plugin id>/<path>` in the console. */
export interface PageEntry {
  readonly area: 'portal' | 'console';
  /** Path below the plugin's own address, `''` for the first page; parameters as `:leadId`. */
  readonly path: string;
  /** File name below `portal/` or `console/`: `lead-list` means `lead-list.page.tsx` and `lead-list.server.ts`. */
  readonly view: string;
  readonly title: TextKey;
  readonly may: May;
  /** Present: the page stands in the navigation under this text. */
  readonly menu?: {
    readonly text: TextKey;
    readonly icon?: string;
    readonly order?: number;
    readonly below?: string;
    /** It also opens from the person's own menu at the top right. */
    readonly personal?: boolean;
  };
}

/** A place on a page that other plugins may fill. */
export interface SlotPoint<Name extends string = string, Props extends object = any> {
  readonly kind: 'slot';
  readonly name: Name;
  readonly props?: Props;
}

/** Declares a slot in the `api.ts` of the plugin whose page has it: `defineSlot<{ leadId: Id }>()('leads.lead-tabs')`. */
export const defineSlot =
  <Props extends object>() =>
  <Name extends string>(name: Name): SlotPoint<Name, Props> => ({ kind: 'slot', name });

/** One part in another plugin's slot. `view` names `<view>.slot.tsx` and, when it has data, `<view>.server.ts`, in the folder of `area`. */
export interface SlotEntry {
  readonly slot: SlotPoint;
  readonly area: 'portal' | 'console';
  readonly view: string;
  readonly title: TextKey;
  readonly may: May;
}

/** One mail: its data, and the key of its subject line. The body is `emails/<name>.mjml`. */
export interface EmailEntry {
  readonly data: z.ZodType;
  readonly subject: TextKey;
}

/** What a plugin is: pure data, safe to import anywhere. */
export interface PluginManifest {
  /** Lower-case letters and digits with dashes; also the name of its Postgres schema (dashes become underscores). */
  readonly id: string;
  readonly version: string;
  /** The range of the contract's version that it was written for. */
  readonly contract: string;
  readonly title: TextKey;
  readonly about?: TextKey;
  /** Cannot be switched off. */
  readonly alwaysOn?: boolean;
  /** Switched on at a new business. Default: no; a business's own plugin is off until somebody wants it. */
  readonly onByDefault?: boolean;
  /** Plugin id → range of its version. They must be installed, and on before this one. */
  readonly requires?: Readonly<Record<string, string>>;
  /** Plugin id → range of its version. May be missing or off, as only ids and events of it are used; one that is here in another version sets this plugin aside. */
  readonly uses?: Readonly<Record<string, string>>;
  /** The settings of one business; the console's form is made from it. Every field needs a default. */
  readonly settings?: z.ZodObject;
  readonly subjects?: Readonly<Record<string, Subject>>;
  readonly pages?: readonly PageEntry[];
  readonly slots?: readonly SlotEntry[];
  readonly processes?: readonly Process[];
  readonly emails?: Readonly<Record<string, EmailEntry>>;
}

// First parts of addresses of pages and of the API, and schemas of the database that are not a plugin's.
const RESERVED = new Set('api assets change-password console core files information-schema me portico public readyz sign-in sign-out theme'.split(' '));

/** Why no plugin can have this id, in one sentence; undefined when one can. The same at `new:plugin`, at the build and at the start. */
export function pluginIdProblem(id: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,29}[a-z0-9]$/.test(id)) return `its id "${id}" must be 2 to 31 lower-case letters, digits and dashes, and begin with a letter`;
  return RESERVED.has(id) || id.startsWith('pg-') ? `its id "${id}" is an address or a name of the product` : undefined;
}

/** Declares a plugin, in its `plugin.ts`. */
export const definePlugin = <M extends PluginManifest>(manifest: M): M => manifest;

/** The version of everything that `@portico/kit` promises. */
export const CONTRACT_VERSION = '1.0.0';
