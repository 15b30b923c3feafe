import type pg from 'pg';
import { NO_ACCOUNT } from '../plugins/leads/lead/lead-words.ts';
import type { BenchBusiness } from './businesses.ts';

/** The fewest leads a business has, so that a page of a list is full at every size; and the most of all but the first. */
const FEWEST = 160;
const MOST_OF_OTHERS = 2_000;
const CHUNK = 50_000;
/** From this size on it is quicker to make indexes anew than to keep them up to date row by row. */
const MANY = 100_000;
/** So many leads of each customer carry a name that no other has: a search finds as many at every size. */
export const RARE_LEADS = 60;
export const RARE_WORD = 'quimby';

/** How many leads a business has at a size: the first has the size itself, each other a twentieth of it within bounds. */
export const leadsAt = (size: number, index: number): number => (index === 0 ? size : Math.min(Math.max(Math.round(size / 20), FEWEST), MOST_OF_OTHERS));

/** Adds leads until every business has as many as this size asks for; rows as ingest leaves them, made in the database. */
export async function fillTo(superuser: pg.Client, businesses: readonly BenchBusiness[], size: number): Promise<number> {
  let total = 0;
  // what is made refers to what exists; checking a million times that it does would take longer than making it
  await superuser.query(`set session_replication_role = replica`);
  const makeIndexes = size >= MANY ? await dropIndexes(superuser) : [];
  for (const [index, business] of businesses.entries()) {
    const wanted = leadsAt(size, index);
    const { rows } = await superuser.query<{ count: number }>('select count(*)::int as count from leads.leads where tenant_id = $1', [business.tenant.id]);
    for (let have = rows[0]!.count; have < wanted; have += CHUNK) await addLeads(superuser, business, have, Math.min(CHUNK, wanted - have));
    total += wanted;
  }
  for (const make of makeIndexes) await superuser.query(make);
  await superuser.query(`set session_replication_role = origin`);
  await countOrders(superuser);
  await superuser.query('vacuum analyze');
  return total;
}

/** Takes away the indexes that only lists need, and answers how to make them again: sorting once is a tenth of the work. */
async function dropIndexes(superuser: pg.Client): Promise<string[]> {
  await superuser.query(`set maintenance_work_mem = '512MB'`);
  const { rows } = await superuser.query<{ name: string; make: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as make from pg_index i
     where i.indrelid in ('leads.leads'::regclass, 'leads.lead_deliveries'::regclass) and not i.indisunique`,
  );
  for (const { name } of rows) await superuser.query(`drop index ${name}`);
  return rows.map(({ make }) => make);
}

const FIRST = ['Maren', 'Theo', 'Priya', 'Sam', 'Ines', 'Joon', 'Adaeze', 'Edouard', 'Lucja', 'Owen', 'Zoe', 'Ana'];
const LAST = ['Oduya', 'Lindqvist', 'Raman', 'Whitlock', 'Carvalho', 'Park', 'Obi', 'Marchetti', 'Haddad', 'Bramwell', 'Yilmaz'];
const TOWNS = ['Gresham', 'Portland', 'Beaverton', 'Salem', 'Hillsboro', 'Tigard', 'Oregon City'];

/** Columns are drawn independently: a pattern would let a filter find all or nothing. Nine of ten leads are the first customer's. */
async function addLeads(superuser: pg.Client, { tenant, types, account, other, orders }: BenchBusiness, have: number, count: number): Promise<void> {
  const pick = (list: string, length: number): string => `(${list})[1 + floor(random() * ${length})::int]`;
  await superuser.query('begin');
  await superuser.query(`select set_config('portico.tenant_id', $1, true), setseed(0.5)`, [tenant.id]);
  await superuser.query(
    `with drawn as materialized (
      select uuidv7() as id, uuidv7() as delivery_id, date_trunc('milliseconds', now()) - make_interval(secs => (random() * 90 * 86400)::int) as at,
        case when n <= $11 then 'Ada Quimby' else ${pick('$1::text[]', FIRST.length)} || ' ' || ${pick('$2::text[]', LAST.length)} end as name,
        ${pick('$3::text[]', TOWNS.length)} as town, case when n <= $11 then 0 else random() end as whose, 1 + floor(random() * 2)::int as type,
        case when random() < 0.6 then ${pick('$4::uuid[]', account.memberIds.length)} end as member_id,
        ${pick(`array['new', 'contacted', 'appointment', 'won', 'lost']`, 5)} as status, '1208' || lpad(n::text, 7, '0') as digits
      from generate_series($5::int + 1, $5::int + $6::int) n),
    made as materialized (
      select d.*, string_to_array(lower(name || ' ' || town), ' ') || array[digits, right(digits, 10)] as words, t.type_id, t.type_name, o.order_id, o.bill_group_id, case when whose < 0.9 then $7::uuid when whose < 0.95 then $8::uuid end as account_id, case when whose < 0.9 then member_id end as assignee_id
      from drawn d join unnest($9::uuid[], $10::text[], $12::text[]) with ordinality as t(type_id, key, type_name, place) on t.place = d.type
      left join unnest($13::uuid[], $14::uuid[], $15::uuid[], $16::uuid[]) as o(order_id, bill_group_id, of_account, of_type)
        on o.of_type = t.type_id and o.of_account = case when whose < 0.9 then $7::uuid when whose < 0.95 then $8::uuid end),
    leads as (
      insert into leads.leads (id, lead_type_id, name, phone, town, postal_code, received_at, delivery_id, order_id, account_id, bill_group_id, delivered_at, assignee_id, assignee_key, status, name_key, town_key, type_key, words)
      select m.id, type_id, m.name, '+' || digits, town, '97' || right(digits, 3), at, case when order_id is not null then delivery_id end, order_id, m.account_id, bill_group_id,
        case when order_id is not null then at end, assignee_id, coalesce(lower(u.name), ''), status, lower(m.name), lower(town), lower(type_name), words
      from made m left join accounts.members a on a.tenant_id = $17 and a.id = m.assignee_id left join portico.users u on u.tenant_id = $17 and u.id = a.user_id),
    deliveries as (
      insert into leads.lead_deliveries (id, lead_id, order_id, account_id, bill_group_id, delivered_at, price_minor, currency, notified_at)
      select delivery_id, id, order_id, account_id, bill_group_id, at, 2500, 'USD', at from made where order_id is not null),
    keys as (insert into leads.lead_keys (lead_type_id, key, lead_id, received_at) select type_id, 'phone:+' || digits, id, at from made)
    insert into leads.lead_words (account_id, word, lead_id) select distinct coalesce(account_id, $18::uuid), word, id from made, unnest(words) as word`,
    [
      ...[
        FIRST,
        LAST,
        TOWNS,
        account.memberIds,
        have,
        count,
        account.id,
        other.id,
        types.map(({ id }) => id),
        types.map(({ key }) => key),
        have === 0 ? RARE_LEADS : 0,
        types.map(({ name }) => name),
      ],
      ...[
        orders.map(({ id }) => id),
        orders.map(({ accountId }) => (accountId === account.id ? account.billGroupId : other.billGroupId)),
        orders.map(({ accountId }) => accountId),
        orders.map(({ typeId }) => typeId),
      ],
      ...[tenant.id, NO_ACCOUNT],
    ],
  );
  await superuser.query('commit');
}

/** What orders count follows from their deliveries. */
const countOrders = (superuser: pg.Client) =>
  superuser.query(
    `update leads.lead_orders o set received = coalesce((select count(*) from leads.lead_deliveries d where d.tenant_id = o.tenant_id and d.order_id = o.id), 0)`,
  );

/** Takes away what a run of ingest has brought, so that the next one meets the same tables. */
export async function removePosted(superuser: pg.Client, sourceIds: readonly string[]): Promise<void> {
  await superuser.query(`set session_replication_role = replica`);
  await superuser.query(`create temporary table posted as select tenant_id, id, delivery_id from leads.leads where source_id = any($1::uuid[])`, [sourceIds]);
  for (const [table, column] of [
    ['leads.lead_words', 'lead_id'],
    ['leads.lead_keys', 'lead_id'],
    ['leads.lead_deliveries', 'lead_id'],
    ['portico.event_deliveries', 'subject'],
    ['portico.event_subjects', 'id'],
    ['leads.leads', 'id'],
  ]) {
    await superuser.query(`delete from ${table} t using posted p where t.tenant_id = p.tenant_id and t.${column} = p.id`);
  }
  await superuser.query(
    `delete from portico.due_work w where w.kind = 'event' and not exists (select from portico.event_deliveries e where e.tenant_id = w.tenant_id and e.id = w.ref_id)`,
  );
  await superuser.query('drop table posted');
  await superuser.query(`set session_replication_role = origin`);
  await countOrders(superuser);
  await superuser.query('vacuum analyze');
}
