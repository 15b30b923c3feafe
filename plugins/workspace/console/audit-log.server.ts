import type { TextKey } from '@portico/kit';
import type { PageRequest } from '@portico/kit/page';
import { addressQuery, core, type Ctx } from '@portico/kit/server';
import { AuditQuery } from '../operations/operations.routes.ts';
import { nameInWords, textOr } from '../operations/words.ts';

/** What was done here, newest first. */
export async function load(ctx: Ctx, { query }: PageRequest) {
  const page = await ctx.use(core).audit(addressQuery(AuditQuery, query));
  // in words here: a page has no texts of a plugin that is off
  const said = (key: string) => ctx.text(key as TextKey);
  return { ...page, data: page.data.map((row) => ({ ...row, said: textOr(said, auditKey(row.what), nameInWords(row.what)) })) };
}

/** `accounts.user-changed` → `accounts.audit.user-changed`, where a plugin may give it words. */
const auditKey = (what: string): string => what.replace('.', '.audit.');
