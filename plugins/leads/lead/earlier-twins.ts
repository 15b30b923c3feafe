import type { Id } from '@portico/kit';
import { sql, type Ctx, type Tx } from '@portico/kit/server';
import type { EarlierTwin } from '../api.ts';
import { emailKey } from './contact-keys.ts';
import { wordsOfLead } from './lead-words.ts';

interface Contact {
  readonly phone: string | null;
  readonly email: string | null;
}

/**
 * The same person's leads of one type that the same account was given before this one, by the rule of ingest: same phone
 * number or mailbox, received within the type's look-back of it. What lies beyond is a new lead. One that was given back
 * does not count: nobody paid for it. Latest first; none for a lead that the actor may not see.
 */
export async function earlierTwins(ctx: Ctx, leadId: Id): Promise<readonly EarlierTwin[]> {
  return ctx.inTenant(async (tx) => {
    const lead = await tx.row<Contact>(
      sql`select l.phone, l.email from leads.leads l where l.tenant_id = ${ctx.tenant.id} and l.id = ${leadId} and ${ctx.visible('read', 'Lead', 'l')}`,
    );
    if (!lead) return [];
    const found = await perhapsTwins(tx, leadId, lead);
    return found.filter((twin) => isSamePerson(twin, lead)).map(({ leadId, deliveredAt }) => ({ leadId, deliveredAt }));
  });
}

// A mailbox is compared by the one function that knows how; its words, which every address of that mailbox has, find them.
function perhapsTwins(tx: Tx, leadId: Id, { phone, email }: Contact): Promise<(EarlierTwin & Contact)[]> {
  const tenant = tx.ctx.tenant.id;
  const ofMailbox = email === null ? [] : wordsOfLead({ name: '', town: '', email: emailKey(email), phoneDigits: [] });
  const looked = [...(phone === null ? [] : [phone.replace('+', '')]), ...ofMailbox.slice(0, 1)];
  return tx.rows(sql`
    select twin.id as "leadId", twin.delivered_at as "deliveredAt", twin.phone, twin.email
    from leads.leads l
    join leads.lead_types t on t.tenant_id = ${tenant} and t.id = l.lead_type_id
    join leads.leads twin on twin.tenant_id = ${tenant} and twin.account_id = l.account_id and twin.lead_type_id = l.lead_type_id
      and twin.id in (select w.lead_id from leads.lead_words w
        where w.tenant_id = ${tenant} and w.account_id = l.account_id and w.word = any(${looked}::text[]))
    join leads.lead_deliveries d on d.tenant_id = ${tenant} and d.id = twin.delivery_id and d.given_back_at is null
    where l.tenant_id = ${tenant} and l.id = ${leadId} and twin.delivered_at < l.delivered_at
      and twin.received_at > l.received_at - make_interval(days => t.look_back_days)
      and twin.received_at < l.received_at + make_interval(days => t.look_back_days)
      and (twin.phone = ${phone} or (twin.email is not null and cardinality(${ofMailbox}::text[]) > 0 and twin.words @> ${ofMailbox}::text[]))
    order by twin.delivered_at desc, twin.id desc`);
}

const isSamePerson = (one: Contact, other: Contact): boolean =>
  (one.phone !== null && one.phone === other.phone) || (one.email !== null && other.email !== null && emailKey(one.email) === emailKey(other.email));
