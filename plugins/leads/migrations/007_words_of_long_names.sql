-- A lead was found by its first thirty words, the phone last: one with a long name was not found by its phone. Now all of
-- them are kept. Leads that were cut get the words of their e-mail address and their phone's digits; words of a name beyond
-- the thirtieth come back when somebody posts the lead again.
do $$
declare
  business record;
begin
  for business in select id from portico.tenants loop
    perform set_config('portico.tenant_id', business.id::text, true);
    with cut_off as (
      select l.id, coalesce(l.account_id, '00000000-0000-0000-0000-000000000000'::uuid) as account_id, l.words, lower(coalesce(l.email, '')) as email,
        ltrim(coalesce(l.phone, ''), '+') as digits
      from leads.leads l where l.tenant_id = business.id and cardinality(l.words) = 30
    ), missing as (
      select distinct c.id, c.account_id, w.word collate "C" as word
      from cut_off c cross join lateral (
        select left(m[1], 40) as word from regexp_matches(c.email, '[[:alnum:]]+', 'g') as m
        union select c.digits where c.digits <> ''
        union select substring(c.digits from 2) where c.digits like '1__________'
      ) w
      where w.word <> all (c.words)
    ), kept as (
      insert into leads.lead_words (account_id, word, lead_id) select account_id, word, id from missing on conflict do nothing
    )
    update leads.leads l set words = l.words || m.words
    from (select id, array_agg(word) as words from missing group by id) m
    where l.tenant_id = business.id and l.id = m.id;
  end loop;
end $$;
