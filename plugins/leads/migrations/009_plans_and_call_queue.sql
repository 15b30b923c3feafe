-- What a plan includes: so many leads of a type in each billing period. The plan itself belongs to billing.
create table leads.plan_leads (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  plan_id uuid not null,
  lead_type_id uuid not null,
  count integer not null check (count between 1 and 1000000),
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_type_id) references leads.lead_types
);
create unique index plan_leads_once on leads.plan_leads (tenant_id, plan_id, lead_type_id);
select portico.make_tenant_table('leads.plan_leads');

-- An order that a paid period opened. `included` is what the plan had in it then: what is delivered above it is overage.
alter table leads.lead_orders
  add column subscription_id uuid,
  add column period_id uuid,
  add column included integer,
  -- the cancellation that closed it, and how it stood before
  add column closed_cause uuid,
  add column was_state text check (was_state in ('open', 'paused')),
  add check ((subscription_id is null) = (period_id is null)),
  add check (subscription_id is null or included is not null);
create unique index lead_orders_period on leads.lead_orders (tenant_id, period_id, lead_type_id) where period_id is not null;
create index lead_orders_subscription on leads.lead_orders (tenant_id, subscription_id, starts_at desc, id desc) where subscription_id is not null;

-- A subscription that is being cancelled: what is delivered for it is held at once, and after the end nothing opens for it.
create table leads.subscription_stops (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  subscription_id uuid not null,
  cause uuid not null,
  state text not null check (state in ('held', 'ended')),
  primary key (tenant_id, subscription_id)
);
select portico.make_tenant_table('leads.subscription_stops');

-- Leads of a plan that wait to be called.
create table leads.queue_entries (
  tenant_id uuid not null default (current_setting('portico.tenant_id')::uuid),
  id uuid not null,
  lead_id uuid not null,
  delivery_id uuid not null,
  order_id uuid not null,
  account_id uuid not null,
  bill_group_id uuid not null,
  subscription_id uuid not null,
  state text collate "C" not null check (state in ('queued', 'called', 'held', 'withdrawn')),
  queued_at timestamptz not null,
  -- the cancellation that withdrew it
  withdrawn_cause uuid,
  called_at timestamptz,
  called_by uuid,
  result text check (result in ('reached', 'no-answer', 'wrong-number', 'appointment', 'not-interested')),
  note text not null default '',
  primary key (tenant_id, id),
  foreign key (tenant_id, lead_id) references leads.leads,
  foreign key (tenant_id, delivery_id) references leads.lead_deliveries,
  foreign key (tenant_id, order_id) references leads.lead_orders,
  check ((state = 'called') = (called_at is not null)),
  check ((state = 'called') = (result is not null)),
  check ((state = 'withdrawn') = (withdrawn_cause is not null))
);
create unique index queue_entries_delivery on leads.queue_entries (tenant_id, delivery_id);
create index queue_entries_state on leads.queue_entries (tenant_id, state, queued_at, id);
create index queue_entries_subscription on leads.queue_entries (tenant_id, subscription_id, state);
create index queue_entries_order on leads.queue_entries (tenant_id, order_id);
select portico.make_tenant_table('leads.queue_entries');
