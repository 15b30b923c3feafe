import type { RootData } from './root-data.ts';
import { textsFor } from './texts.ts';

/** The title of a page: the text of its key and the business's name, "Leads · Harborline". */
export function titleOf(matches: readonly ({ readonly id?: string; readonly data?: unknown } | undefined)[], key: string): string {
  const root = matches.find((match) => match?.id === 'root')?.data as RootData | undefined;
  if (!root) return 'Portico';
  return `${textsFor(root).t(key)} · ${root.look.tenant.name}`;
}

/** The key of the heading that a status stands under. */
export const problemTitle = (status: number): string =>
  status === 404 ? 'portico.page.not-found' : status === 403 ? 'portico.page.forbidden' : status < 500 ? 'portico.page.refused' : 'portico.page.not-available';
