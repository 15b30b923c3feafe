create table leads.lead_types (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  key text collate "C" not null,
  name text not null,
  look_back_days integer not null default 30 check (look_back_days between 0 and 3650),
  archived_at timestamptz,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index lead_types_key on leads.lead_types (tenant_id, key);
select portico.make_tenant_table('leads.lead_types');

create table leads.lead_sources (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  name text not null,
  enabled boolean not null default true,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index lead_sources_name on leads.lead_sources (tenant_id, name);
select portico.make_tenant_table('leads.lead_sources');

create table leads.lead_orders (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  number bigint not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  lead_type_id uuid not null,
  -- an order counts leads, or money in minor units of its currency
  counts text not null check (counts in ('leads', 'money')),
  total bigint not null check (total > 0),
  received bigint not null default 0 check (received >= 0),
  price_minor bigint not null check (price_minor >= 0),
  currency text not null,
  starts_on date not null,
  ends_on date,
  -- the same two days as instants of the business's zone, so that routing compares instants
  starts_at timestamptz not null,
  ends_at timestamptz,
  state text not null default 'open' check (state in ('open', 'paused', 'closed')),
  renewal boolean not null default false,
  auto_charge boolean not null default false,
  accepts_returns boolean not null default true,
  -- postal-code prefixes; none: everywhere
  places text[] not null default '{}',
  paid_minor bigint not null default 0,
  created_at timestamptz not null,
  closed_at timestamptz,
  -- one more lead fits: what routing looks for, so that filled orders cost it nothing
  has_room boolean not null generated always as (case counts when 'leads' then received < total else (received + 1) * price_minor <= total end) stored,
  primary key (tenant_id, id),
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, lead_type_id) references leads.lead_types,
  check (ends_on is null or ends_on >= starts_on),
  check (counts = 'leads' or price_minor > 0),
  -- never more than was bought: what is delivered fits into the total
  check (case counts when 'leads' then received <= total else received * price_minor <= total end)
);
create unique index lead_orders_number on leads.lead_orders (tenant_id, number);
create index lead_orders_account on leads.lead_orders (tenant_id, account_id, number desc, id desc);
create index lead_orders_bill_group on leads.lead_orders (tenant_id, bill_group_id, number desc, id desc);
create index lead_orders_open on leads.lead_orders (tenant_id, lead_type_id, starts_at, id) where state = 'open' and has_room;
select portico.make_tenant_table('leads.lead_orders');

create table leads.order_payments (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  order_id uuid not null,
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  paid_on date not null,
  note text not null default '',
  recorded_by uuid not null,
  recorded_at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, order_id) references leads.lead_orders
);
create index order_payments_order on leads.order_payments (tenant_id, order_id, id desc);
select portico.make_tenant_table('leads.order_payments');

create table leads.leads (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_type_id uuid not null,
  source_id uuid,
  name text not null,
  email text,
  phone text,
  street text not null default '',
  town text not null default '',
  postal_code text not null default '',
  note text not null default '',
  fields jsonb not null default '{}',
  -- what it is found by; leads.lead_words has the same words for the index
  words text[] collate "C" not null default '{}',
  received_at timestamptz not null,
  -- where it went; all null while it is unmatched
  delivery_id uuid,
  order_id uuid,
  account_id uuid,
  bill_group_id uuid,
  delivered_at timestamptz,
  assignee_id uuid,
  status text collate "C" not null default 'new' check (status in ('new', 'contacted', 'appointment', 'won', 'lost')),
  return_state text collate "C" check (return_state in ('pending', 'approved', 'denied')),
  return_seq bigint not null default 0,
  -- what lists sort by: lower case, compared byte by byte
  name_key text collate "C" not null,
  town_key text collate "C" not null,
  type_key text collate "C" not null,
  assignee_key text collate "C" not null default '',
  -- by how far it got; a return comes after all of them
  status_key text collate "C" not null generated always as (case return_state when 'pending' then '6' when 'denied' then '7' when 'approved' then '8'
    else case status when 'new' then '1' when 'contacted' then '2' when 'appointment' then '3' when 'won' then '4' else '5' end end) stored,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_type_id) references leads.lead_types,
  foreign key (tenant_id, source_id) references leads.lead_sources,
  foreign key (tenant_id, order_id) references leads.lead_orders,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups,
  foreign key (tenant_id, assignee_id) references accounts.members,
  check ((delivery_id is null) = (account_id is null))
);
-- one index for each offered sort, for an account admin (account) and for a member (assignee)
create index leads_received on leads.leads (tenant_id, account_id, received_at desc, id desc);
create index leads_name on leads.leads (tenant_id, account_id, name_key, id);
create index leads_type on leads.leads (tenant_id, account_id, type_key, id);
create index leads_status on leads.leads (tenant_id, account_id, status_key, id);
create index leads_town on leads.leads (tenant_id, account_id, town_key, id);
create index leads_assignee on leads.leads (tenant_id, account_id, assignee_key, id);
create index leads_type_received on leads.leads (tenant_id, account_id, lead_type_id, received_at desc, id desc);
-- the same for a member: one stream for each person whose leads are shown
create index leads_mine on leads.leads (tenant_id, assignee_id, received_at desc, id desc) where assignee_id is not null;
create index leads_mine_name on leads.leads (tenant_id, assignee_id, name_key, id) where assignee_id is not null;
create index leads_mine_type on leads.leads (tenant_id, assignee_id, type_key, id) where assignee_id is not null;
create index leads_mine_status on leads.leads (tenant_id, assignee_id, status_key, id) where assignee_id is not null;
create index leads_mine_town on leads.leads (tenant_id, assignee_id, town_key, id) where assignee_id is not null;
create index leads_mine_assignee on leads.leads (tenant_id, assignee_id, assignee_key, id) where assignee_id is not null;
-- for staff
create index leads_all on leads.leads (tenant_id, received_at desc, id desc);
create index leads_of_type on leads.leads (tenant_id, lead_type_id, received_at desc, id desc);
create index leads_unmatched on leads.leads (tenant_id, received_at desc, id desc) where account_id is null;
create index leads_order on leads.leads (tenant_id, order_id, received_at desc, id desc);
select portico.make_tenant_table('leads.leads');

create table leads.lead_deliveries (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  order_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  delivered_at timestamptz not null,
  price_minor bigint not null,
  currency text not null,
  -- the people who want a mail about it were told
  notified_at timestamptz,
  -- room given back to the order, once, with the cause that gave it back
  given_back_at timestamptz,
  given_back_cause uuid,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, order_id) references leads.lead_orders,
  foreign key (tenant_id, account_id) references accounts.accounts,
  foreign key (tenant_id, bill_group_id) references accounts.bill_groups
);
create unique index lead_deliveries_lead on leads.lead_deliveries (tenant_id, lead_id, order_id);
create index lead_deliveries_order on leads.lead_deliveries (tenant_id, order_id, delivered_at desc);
create unique index lead_deliveries_cause on leads.lead_deliveries (tenant_id, given_back_cause);
select portico.make_tenant_table('leads.lead_deliveries');

-- the latest accepted lead of each normalised phone number or e-mail address, per type
create table leads.lead_keys (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  lead_type_id uuid not null,
  key text collate "C" not null,
  lead_id uuid not null,
  received_at timestamptz not null,
  primary key (tenant_id, lead_type_id, key),
  foreign key (tenant_id, lead_type_id) references leads.lead_types
);
select portico.make_tenant_table('leads.lead_keys');

-- Each word of name, town and e-mail, and the phone's digits: a typed word is a prefix of one of them. One customer's search
-- reads that customer's words only; unmatched leads stand under the nil id. Written with the lead and by nobody else: the
-- rows repeat leads.words, so a foreign key would check each word of each arriving lead and protect nothing.
create table leads.lead_words (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  account_id uuid not null,
  word text collate "C" not null,
  lead_id uuid not null,
  primary key (tenant_id, account_id, word, lead_id)
);
select portico.make_tenant_table('leads.lead_words');

create table leads.lead_assignments (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  -- null: taken away from whoever had it
  member_id uuid,
  assigned_by uuid not null,
  assigned_by_name text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, member_id) references accounts.members
);
create index lead_assignments_lead on leads.lead_assignments (tenant_id, lead_id, at);
select portico.make_tenant_table('leads.lead_assignments');

create table leads.lead_status_changes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  status text not null,
  changed_by uuid not null,
  changed_by_name text not null,
  at timestamptz not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads
);
create index lead_status_changes_lead on leads.lead_status_changes (tenant_id, lead_id, at);
select portico.make_tenant_table('leads.lead_status_changes');

create table leads.notification_settings (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  user_id uuid not null,
  new_lead_mail boolean not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references portico.users
);
create unique index notification_settings_user on leads.notification_settings (tenant_id, user_id);
select portico.make_tenant_table('leads.notification_settings');

-- what other plugins may read
create view leads.lead_v1 with (security_invoker = true) as
  select tenant_id, id, name, email, phone, town, postal_code, lead_type_id, received_at, delivery_id, order_id, account_id,
    bill_group_id, delivered_at, assignee_id, status
  from leads.leads;
create view leads.lead_delivery_v1 with (security_invoker = true) as
  select d.tenant_id, d.id, d.lead_id, d.order_id, o.number as order_number, o.accepts_returns, d.account_id, d.bill_group_id,
    d.delivered_at, d.given_back_at
  from leads.lead_deliveries d join leads.lead_orders o on o.tenant_id = d.tenant_id and o.id = d.order_id;
do $$ begin
  execute format('grant select on leads.lead_v1, leads.lead_delivery_v1 to %I', current_setting('portico.runtime_role'));
end $$;
