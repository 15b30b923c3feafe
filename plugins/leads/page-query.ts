import { InvalidInput } from '@portico/kit';
import type { z } from 'zod';

/**
 * The parameters of a list in a page's address. What is not valid there counts as not given: an address is often typed,
 * shortened or kept for long, and the page is of more use than its error.
 */
export function pageQuery<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>, address: URLSearchParams): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries([...address].filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) delete given[String(issue.path[0])];
  return schema.parse(given);
}

/** Asks for a page of a list; a cursor that is no longer one leads to the first page. */
export async function firstPageIfLost<Query extends { cursor?: string }, Page>(
  query: Query,
  before: string | null,
  ask: (query: Query, before?: string) => Promise<Page>,
): Promise<Page> {
  try {
    return await ask(query, before ?? undefined);
  } catch (error) {
    if (!(error instanceof InvalidInput) || !('cursor' in error.fields || 'before' in error.fields)) throw error;
    return ask({ ...query, cursor: undefined });
  }
}
