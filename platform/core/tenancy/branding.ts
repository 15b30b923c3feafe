import { InvalidInput, type Id } from '@portico/kit';
import { sql, type Branding } from '@portico/kit/server';
import type { HostContext } from '../context/host-context.ts';
import type { HostTx } from '../context/host-tx.ts';

interface Row {
  readonly colour: string;
  readonly logo_file_id: Id | null;
  readonly contact_line: string;
  readonly contact_email: string;
  readonly contact_phone: string;
  readonly words: Readonly<Record<string, string>>;
}

const NONE: Branding = { colour: '#0f5c63', logoFileId: null, contactLine: '', contactEmail: '', contactPhone: '', words: {} };

/** How the business looks and speaks; the product's own look until it says otherwise. */
export const brandingOf = (context: HostContext): Promise<Branding> => context.inTenant((tx) => readBranding(tx as HostTx));

/** The same within a transaction: what a document copies. */
export async function readBranding(tx: HostTx): Promise<Branding> {
  const row = await tx.row<Row>(
    sql`select colour, logo_file_id, contact_line, contact_email, contact_phone, words from portico.brandings where tenant_id = ${tx.ctx.tenant.id}`,
  );
  return row
    ? {
        colour: row.colour,
        logoFileId: row.logo_file_id,
        contactLine: row.contact_line,
        contactEmail: row.contact_email,
        contactPhone: row.contact_phone,
        words: row.words,
      }
    : NONE;
}

/** Changes how the business looks. Throws InvalidInput at `colour` or at a word that no text has. */
export async function saveBranding(context: HostContext, changes: Partial<Branding>): Promise<void> {
  if (changes.colour !== undefined && !/^#[0-9a-f]{6}$/.test(changes.colour)) throw new InvalidInput({ colour: { key: 'portico.problem.invalid' } });
  const unknown = Object.keys(changes.words ?? {}).find((key) => !Object.hasOwn(context.host.texts.all, key));
  if (unknown) throw new InvalidInput({ [`words.${unknown}`]: { key: 'portico.problem.unknown-field' } });
  const saved = await context.inTenant(async (tx0) => {
    const tx = tx0 as HostTx;
    // what is not changed is written as it was read: two changes at once follow each other
    await tx.row(sql`select id from portico.tenants where id = ${tx.ctx.tenant.id} for no key update`);
    const before = await readBranding(tx);
    const after = { ...before, ...changes };
    await tx.run(sql`insert into portico.brandings (id, colour, logo_file_id, contact_line, contact_email, contact_phone, words)
      values (${tx.ctx.newId()}, ${after.colour}, ${after.logoFileId}, ${after.contactLine}, ${after.contactEmail}, ${after.contactPhone}, ${after.words})
      on conflict (tenant_id) do update set colour = excluded.colour, logo_file_id = excluded.logo_file_id, contact_line = excluded.contact_line,
        contact_email = excluded.contact_email, contact_phone = excluded.contact_phone, words = excluded.words`);
    await tx.audit('portico.branding-saved', before, after);
    return after;
  });
  context.host.forgetTenant(context.tenant.id);
  context.host.texts.setWords(context.tenant.id, saved.words);
}
