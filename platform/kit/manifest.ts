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

interface AnyPage {
  /** File name in the folder of the area: `lead-list` means `lead-list.page.tsx` and `lead-list.server.ts`. */
  readonly view: string;
  readonly title: TextKey;
  /**
   * The page loads scripts or frames of others (`sources` of its server half): it is always a document of its own, so that
   * what it allows itself is allowed to no other page.
   */
  readonly ownDocument?: true;
}

/** One page for who is signed in: `/<plugin id>/<path>` in the portal, `/console/<plugin id>/<path>` in the console. */
export interface FramedPage extends AnyPage {
  readonly area: 'portal' | 'console';
  /** Path below the plugin's own address, `''` for the first page; parameters as `:leadId`. */
  readonly path: string;
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

/**
 * One page for anybody, at `/<path>` of the business: what a link in a mail opens. Its files stand in `public/`. Nobody is
 * looked up: `ctx.actor` is nobody, whoever is signed in. What it may show must follow from its address, as `ctx.links`
 * proves it. Opening it changes nothing (a transaction of its `load` that writes is refused): only its form does.
 */
export interface PublicPage extends AnyPage {
  readonly area: 'public';
  /** Path below the business's address: `pay/:token`. Its first part belongs to this plugin alone, and is no plugin's id. */
  readonly path: string;
  readonly may?: never;
  readonly menu?: never;
}

/** One page. */
export type PageEntry = FramedPage | PublicPage;

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
  /**
   * The settings of one business; the console's form is made from it. Every field needs a default. A text with
   * `.meta({ secret: true })` is kept encrypted and never shown again; `ctx.settings()` has it in the clear.
   */
  readonly settings?: z.ZodObject;
  /**
   * Settings of the whole installation, which its operator gives in the environment: field `apiUrl` of the plugin `stripe`
   * is `PORTICO_STRIPE_API_URL`. What stands there is text: numbers are `z.coerce.number()`. Every field needs a default;
   * a wrong value sets the plugin aside. Read with `ctx.installation()`.
   */
  readonly installation?: z.ZodObject;
  readonly subjects?: Readonly<Record<string, Subject>>;
  readonly pages?: readonly PageEntry[];
  readonly slots?: readonly SlotEntry[];
  readonly processes?: readonly Process[];
  /**
   * What people can stop at once, here or everywhere, and let go on later: name → text that says what stands still. The
   * brake `charges` of the plugin billing is `billing.charges`. The plugin asks with `tx.braked('charges')` before it acts;
   * when a brake is lifted its processes are woken.
   */
  readonly brakes?: Readonly<Record<string, TextKey>>;
  readonly emails?: Readonly<Record<string, EmailEntry>>;
}

// First parts of addresses of pages and of the API, and schemas of the database that are not a plugin's.
const RESERVED = new Set('api assets change-password console core files information-schema me portico public readyz sign-in sign-out theme'.split(' '));

/** Why no plugin can have this id, in one sentence; undefined when one can. The same at `new:plugin`, at the build and at the start. */
export function pluginIdProblem(id: string): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,29}[a-z0-9]$/.test(id)) return `its id "${id}" must be 2 to 31 lower-case letters, digits and dashes, and begin with a letter`;
  return RESERVED.has(id) || id.startsWith('pg-') ? `its id "${id}" is an address or a name of the product` : undefined;
}

/** What is asked of a plugin's addresses. */
interface Addressed {
  readonly id: string;
  readonly pages?: readonly Pick<PageEntry, 'area' | 'path'>[];
}

const firstParts = ({ pages = [] }: Addressed): string[] => pages.flatMap(({ area, path }) => (area === 'public' ? [path.split('/', 1)[0]!] : []));

/**
 * Why a plugin's public pages cannot stand beside the plugins that were taken in before it, in one sentence; undefined when
 * they can. Their addresses have no plugin's id in front: the first part is the plugin's own. The same at the build and at
 * the start.
 */
export function publicPagesProblem(plugin: Addressed, earlier: readonly Addressed[]): string | undefined {
  const taken = earlier.find((other) => firstParts(other).includes(plugin.id));
  if (taken) return `its id "${plugin.id}" is the address of public pages of ${taken.id}`;
  for (const { area, path } of plugin.pages ?? []) {
    if (area !== 'public') continue;
    const [first = '', ...rest] = path.split('/');
    const page = `its public page "${path}"`;
    if (!/^[a-z][a-z0-9-]{0,28}[a-z0-9]$/.test(first)) return `${page} must begin with 2 to 30 lower-case letters, digits and dashes`;
    if (RESERVED.has(first)) return `${page} begins with an address of the product`;
    if (!rest.every((part) => /^(?::[A-Za-z]\w*|[a-z0-9-]+)$/.test(part))) return `${page} has a part that no address has`;
    const owner = [plugin, ...earlier].find(({ id }) => id === first) ?? earlier.find((other) => firstParts(other).includes(first));
    if (owner) return `${page} begins with "${first}", which is the plugin ${owner.id}'s`;
  }
  return undefined;
}

/** The variable of the environment that holds a field of a plugin's `installation`: `PORTICO_STRIPE_API_URL`. */
export const installationVariable = (pluginId: string, field: string): string =>
  `PORTICO_${pluginId.replaceAll('-', '_')}_${field.replace(/([a-z0-9])([A-Z])/g, '$1_$2')}`.toUpperCase();

/** Declares a plugin, in its `plugin.ts`. */
export const definePlugin = <M extends PluginManifest>(manifest: M): M => manifest;

/** The version of everything that `@portico/kit` promises. */
export const CONTRACT_VERSION = '1.0.0';
