import { ask, sessionOf } from './ask.ts';
import { type Business, type Kind, portico } from './installation.ts';

/** A line of `npx portico routes --json`. */
export interface RouteLine {
  readonly kind: 'page' | 'write' | 'operation';
  readonly method: string;
  readonly path: string;
  readonly plugin: string;
  readonly permission: string;
}

let lines: Promise<readonly RouteLine[]> | undefined;

/** Every page, write and API operation of the installation. */
export const routeLines = (): Promise<readonly RouteLine[]> => (lines ??= portico<RouteLine[]>('routes'));

/** Pages that show something framed to who is signed in: no files, no feet of the machine, none for anybody. */
export async function pagePaths(): Promise<readonly string[]> {
  const pages = (await routeLines()).filter(({ kind, permission }) => kind === 'page' && permission !== '').map(({ path }) => path);
  return pages.filter((path) => !/\*|^\/(__manifest|readyz|files|sign-in|change-password)\b/.test(path));
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * A real address for a path of the route list, as this person would come to it: ids are taken from the links of the page
 * above. Undefined when no link leads there, because there is no such row or the person may not see it.
 */
export async function addressOf(business: Business, who: Kind, path: string, cookie?: string): Promise<string | undefined> {
  let address = '';
  for (const part of path.split('/').slice(1)) {
    const id = part.startsWith(':') ? await firstLink(business, cookie ?? (await sessionOf(business, who)), address) : part;
    if (id === undefined) return undefined;
    address += `/${id}`;
  }
  return address;
}

/** The id in the first link of a page that leads one step below it. */
async function firstLink(business: Business, cookie: string, address: string): Promise<string | undefined> {
  // The people of a customer are listed on the customer's own page.
  const page = address.replace(new RegExp(`(/${UUID})/[a-z-]+$`), '$1');
  const { text } = await ask(business, page, { cookie });
  return new RegExp(`href="${address}/(${UUID})(?:[?#][^"]*)?"`).exec(text)?.[1];
}

/** An answer without what differs each time: the nonce, the number of the request, the clock, and the given ids. */
export function comparable(
  answer: { readonly text: string; readonly headers: Readonly<Record<string, unknown>>; readonly status: number },
  ...ids: readonly string[]
): string {
  const request = String(answer.headers['x-request-id'] ?? '');
  const nonce = /nonce-([^']+)'/.exec(String(answer.headers['content-security-policy'] ?? ''))?.[1] ?? '';
  const changing = [request, nonce, ...ids].filter((one) => one !== '');
  const text = changing.reduce((all, one) => all.replaceAll(one, '·'), answer.text);
  return `${answer.status} ${String(answer.headers['content-type'])}\n${text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '·')}`;
}
