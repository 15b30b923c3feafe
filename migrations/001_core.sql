-- The core schema. Every table that belongs to a business is made strict by portico.make_tenant_table; the few others
-- are listed with a reason in platform/core/database/global-tables.json. portico.runtime_role is set by the migrator.

create function portico.make_tenant_table(target regclass, allowed text default 'select, insert, update, delete') returns void
language plpgsql set search_path = pg_catalog as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('create policy tenant on %s using (tenant_id = (select current_setting(''portico.tenant_id'')::uuid)) with check (tenant_id = (select current_setting(''portico.tenant_id'')::uuid))', target);
  execute format('grant %s on %s to %I', allowed, target, current_setting('portico.runtime_role'));
end $$;

create table portico.tenants (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,39}$'),
  name text not null,
  zone text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  locale text not null default 'en-US',
  -- Business time = real time + offset. Zero and locked except in demonstration and test installations; it only grows.
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0),
  created_at timestamptz not null
);
create table portico.domains (
  host text primary key check (host = lower(host)),
  tenant_id uuid not null references portico.tenants,
  is_primary boolean not null default true
);
create table portico.installation (key text primary key, value jsonb not null);
create table portico.rate_limits (key text primary key, points integer not null default 0, expire bigint);

-- ids and times only: what the relay, the mailer and the reconciler claim across businesses.
create table portico.due_work (
  id uuid not null,
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  kind text not null check (kind in ('event', 'mail', 'wake', 'reconcile')),
  ref_id uuid not null,
  not_before timestamptz not null,
  lease timestamptz,
  primary key (tenant_id, id)
);
create unique index due_work_ref on portico.due_work (tenant_id, kind, ref_id);
create index due_work_next on portico.due_work (tenant_id, not_before, id);
alter table portico.due_work enable row level security;
alter table portico.due_work force row level security;
create policy own_rows_or_door on portico.due_work
  using (coalesce(tenant_id = (select nullif(current_setting('portico.tenant_id', true), '')::uuid), (select coalesce(current_setting('portico.tenant_id', true), '') = '')))
  with check (coalesce(tenant_id = (select nullif(current_setting('portico.tenant_id', true), '')::uuid), (select coalesce(current_setting('portico.tenant_id', true), '') = '')));

create table portico.users (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  name text not null,
  user_name text,
  user_name_key text collate "C",
  email text,
  email_key text collate "C",
  phone text,
  password_hash text,
  must_change_password boolean not null default false,
  enabled boolean not null default true,
  locale text,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  check (user_name_key is not null or email_key is not null)
);
create unique index users_user_name on portico.users (tenant_id, user_name_key);
create unique index users_email on portico.users (tenant_id, email_key);
select portico.make_tenant_table('portico.users');

create table portico.sessions (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  token_hash text not null,
  user_id uuid not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  user_agent text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references portico.users on delete cascade
);
create unique index sessions_token on portico.sessions (tenant_id, token_hash);
create index sessions_user on portico.sessions (tenant_id, user_id);
select portico.make_tenant_table('portico.sessions');

create table portico.api_keys (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  name text not null,
  key_hash text not null,
  last_four text not null,
  user_id uuid,
  source_id uuid,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references portico.users on delete cascade,
  check ((user_id is null) <> (source_id is null))
);
create unique index api_keys_hash on portico.api_keys (tenant_id, key_hash);
create index api_keys_source on portico.api_keys (tenant_id, source_id);
create index api_keys_user on portico.api_keys (tenant_id, user_id);
select portico.make_tenant_table('portico.api_keys');

create table portico.tenant_plugins (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  plugin_id text not null,
  enabled boolean not null,
  settings jsonb not null default '{}',
  primary key (tenant_id, id)
);
create unique index tenant_plugins_plugin on portico.tenant_plugins (tenant_id, plugin_id);
select portico.make_tenant_table('portico.tenant_plugins');

create table portico.files (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  purpose text not null,
  file_name text not null,
  media_type text not null,
  bytes bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
select portico.make_tenant_table('portico.files');

create table portico.brandings (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  colour text not null default '#0f5c63' check (colour ~ '^#[0-9a-f]{6}$'),
  logo_file_id uuid,
  contact_line text not null default '',
  contact_email text not null default '',
  contact_phone text not null default '',
  -- the business's own words: text key -> text
  words jsonb not null default '{}',
  primary key (tenant_id, id),
  foreign key (tenant_id, logo_file_id) references portico.files
);
create unique index brandings_one on portico.brandings (tenant_id);
select portico.make_tenant_table('portico.brandings');

create table portico.counters (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  series text not null,
  last_number bigint not null,
  primary key (tenant_id, id)
);
create unique index counters_series on portico.counters (tenant_id, series);
select portico.make_tenant_table('portico.counters');

-- One row for each handler of each event: what has to reach whom.
create table portico.event_deliveries (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  point text not null,
  plugin_id text not null,
  handler integer not null,
  subject uuid not null,
  seq bigint not null,
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'delivered', 'parked')),
  tries integer not null default 0,
  last_error text,
  trace_id text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id)
);
create index event_deliveries_parked on portico.event_deliveries (tenant_id, state, created_at desc, id desc);
select portico.make_tenant_table('portico.event_deliveries');

create table portico.event_subjects (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  seq bigint not null,
  primary key (tenant_id, id)
);
select portico.make_tenant_table('portico.event_subjects');

create table portico.mails (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  plugin_id text not null,
  template text not null,
  user_id uuid not null,
  data jsonb not null,
  message_id text not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'unknown', 'dropped', 'parked')),
  tries integer not null default 0,
  last_error text,
  trace_id text,
  created_at timestamptz not null,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, user_id) references portico.users on delete cascade
);
create index mails_user on portico.mails (tenant_id, user_id);
create index mails_state on portico.mails (tenant_id, state, created_at desc, id desc);
select portico.make_tenant_table('portico.mails');

create table portico.processes (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  kind text not null,
  version integer not null,
  plugin_id text not null,
  subject uuid not null,
  state text not null default 'live' check (state in ('live', 'stuck', 'ended')),
  next_step text,
  next_at timestamptz,
  -- the turn before this one: the same step at the same instant twice means that it does not move the facts
  last_turn text,
  stuck_because text,
  outcome text,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, id)
);
create unique index processes_live on portico.processes (tenant_id, kind, subject) where ended_at is null;
create index processes_subject on portico.processes (tenant_id, kind, subject, started_at desc);
create index processes_open on portico.processes (tenant_id, next_at, id) where ended_at is null;
select portico.make_tenant_table('portico.processes');

create table portico.process_steps (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  process_id uuid not null,
  step text not null,
  round integer not null,
  outcome text not null check (outcome in ('done', 'skipped', 'failed')),
  at timestamptz not null,
  -- order in which the steps were taken; two steps may share an instant
  position integer not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, process_id) references portico.processes on delete cascade
);
create unique index process_steps_round on portico.process_steps (tenant_id, process_id, step, round);
select portico.make_tenant_table('portico.process_steps');

-- What plugins agreed to do in a process, frozen when it begins.
create table portico.effects (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  process_id uuid not null,
  plugin_id text not null,
  point text not null,
  change jsonb not null,
  lines jsonb not null,
  state text not null default 'open' check (state in ('open', 'applied', 'reverted', 'failed')),
  applied_lines jsonb,
  settled_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, process_id) references portico.processes on delete cascade
);
create unique index effects_plugin on portico.effects (tenant_id, process_id, plugin_id, point);
select portico.make_tenant_table('portico.effects');

create table portico.audit_log (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  at timestamptz not null,
  actor_kind text not null,
  actor_id uuid not null,
  actor_name text not null,
  plugin_id text not null,
  what text not null,
  before jsonb,
  after jsonb,
  trace_id text,
  primary key (tenant_id, id)
);
create index audit_log_at on portico.audit_log (tenant_id, at desc, id desc);
select portico.make_tenant_table('portico.audit_log', 'select, insert');

create table portico.idempotency_keys (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  key_hash text not null,
  body_hash text not null,
  status integer,
  answer jsonb,
  created_at timestamptz not null,
  primary key (tenant_id, id)
);
create unique index idempotency_keys_key on portico.idempotency_keys (tenant_id, key_hash);
create index idempotency_keys_age on portico.idempotency_keys (tenant_id, created_at);
select portico.make_tenant_table('portico.idempotency_keys');

do $$ begin
  execute format('grant usage on schema portico to %I', current_setting('portico.runtime_role'));
  execute format('grant select, insert, update, delete on portico.due_work to %I', current_setting('portico.runtime_role'));
  execute format('grant select, insert on portico.tenants to %I', current_setting('portico.runtime_role'));
  execute format('grant update (name, zone, currency, locale, clock_offset_ms) on portico.tenants to %I', current_setting('portico.runtime_role'));
  execute format('grant select, insert, update, delete on portico.domains to %I', current_setting('portico.runtime_role'));
  execute format('grant select, insert, update, delete on portico.rate_limits to %I', current_setting('portico.runtime_role'));
  execute format('grant select, insert, update on portico.installation to %I', current_setting('portico.runtime_role'));
end $$;
